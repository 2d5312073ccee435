-- 在宅医療圏のコードと名称
return {
  contract  = "areas",
  label     = "在宅医療圏",
  columns   = { { name = "area", from = "在宅医療圏コード" }, { name = "name", from = "在宅医療圏" } },
  constants = { area_set = "home_care" },
  distinct  = true,
}
