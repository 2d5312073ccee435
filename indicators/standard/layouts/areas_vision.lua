-- 構想区域のコードと名称（国土数値情報 医療圏データの市区町村対応表から）
-- areas: one row per area of the future regional health-care vision.
return {
  contract  = "areas",
  label     = "構想区域",
  columns   = {
    { name = "area", from = "area_code" },
    { name = "name", from = "area_name" },
  },
  constants = { area_set = "vision" },
  distinct  = true,                                  -- 市区町村ごとの行から区域ごとに1行
}
