-- 二次医療圏のコードと名称（三重県以外は構想区域と同じ）
-- areas: outside Mie the secondary medical areas are the areas of the vision, code for code.
return {
  contract  = "areas",
  label     = "二次医療圏（三重県を除く）",
  columns   = {
    { name = "area", from = "area_code" },
    { name = "name", from = "area_name" },
  },
  constants = { area_set = "secondary" },
  where     = { { column = "pref_code", is_not = "24" } },
  distinct  = true,
}
