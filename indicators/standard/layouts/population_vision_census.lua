-- 国勢調査（2020年10月1日）の人口: 構想区域・男女・5歳階級
-- population of the areas of the vision, census of 2020. pop_65plus and pop_total_census are sums
-- of the other columns and are left out; pop_age_unknown is the band without an age.
return {
  contract  = "population",
  label     = "令和2年国勢調査人口（構想区域）",
  columns   = {
    { name = "area", from = "area_code" },
    { name = "sex",  from = "sex" },
  },
  constants = { area_set = "vision", period = "2020-10-01", projection = false },
  unpivot   = {
    into    = "value",
    columns = {
      "pop_{age_from}_{age_to}",
      { from = "pop_100plus", age_from = 100 },
      { from = "pop_age_unknown" },
    },
  },
}
