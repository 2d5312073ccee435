-- 市区町村がどの構想区域に属するか
-- area_members: which municipality lies in which area of the vision.
return {
  contract  = "area_members",
  label     = "構想区域の構成市区町村",
  columns   = {
    { name = "area",   from = "area_code" },
    { name = "member", from = "muni_code", level = "municipality" },
  },
  constants = { area_set = "vision", member_set = "municipality" },
}
