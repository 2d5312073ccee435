-- 二次医療圏がどの都道府県に属するか（コードの先頭2桁）
-- area_members: a secondary medical area lies in the prefecture its code begins with.
return {
  contract  = "area_members",
  label     = "都道府県と二次医療圏（三重県を除く）",
  columns   = {
    { name = "area",   from = "area_code", level = "secondary", take = "1-2" },
    { name = "member", from = "area_code", level = "secondary" },
  },
  constants = { area_set = "prefecture", member_set = "secondary" },
  where     = { { column = "pref_code", is_not = "24" } },
  distinct  = true,
}
