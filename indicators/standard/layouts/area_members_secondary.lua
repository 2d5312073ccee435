-- 構想区域がどの二次医療圏に属するか（三重県以外は同じコードの一つずつ）
-- area_members: outside Mie each secondary medical area holds the one vision area of its code.
return {
  contract  = "area_members",
  label     = "二次医療圏と構想区域（三重県を除く）",
  columns   = {
    { name = "area",   from = "area_code" },
    { name = "member", from = "area_code", level = "secondary" },
  },
  constants = { area_set = "secondary", member_set = "vision" },
  where     = { { column = "pref_code", is_not = "24" } },
  distinct  = true,
}
