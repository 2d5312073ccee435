-- 市区町村のコードと名称（市区町村対応表から）
-- areas: codes and names of the municipalities.
return {
  contract  = "areas",
  label     = "市区町村",
  columns   = {
    { name = "area", from = "muni_code" },
    { name = "name", from = "muni_name" },
  },
  constants = { area_set = "municipality" },
}
