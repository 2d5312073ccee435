-- 市町村がどの在宅医療圏に属するか
return {
  contract  = "area_members",
  label     = "在宅医療圏の構成市町村",
  columns   = {
    { name = "area",   from = "在宅医療圏コード" },
    { name = "member", from = "市町村コード", level = "municipality" },
  },
  constants = { area_set = "home_care", member_set = "municipality" },
}
