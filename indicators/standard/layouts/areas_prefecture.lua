-- 都道府県のコードと名称（市区町村対応表から）
-- areas: codes and names of the prefectures.
return {
  contract  = "areas",
  label     = "都道府県",
  columns   = {
    { name = "area", from = "pref_code" },
    { name = "name", from = "pref_name" },
  },
  constants = { area_set = "prefecture" },
  distinct  = true,
}
