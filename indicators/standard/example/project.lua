-- SPDX-License-Identifier: MIT
-- 届ける表を使うプロジェクトの見本。数値はすべて架空で、奈良県の実際の値ではない。
--   cp -r indicators/standard/example mine && cp -r indicators/standard/layouts mine/layouts
return {
  title      = "別表11の項目を届ける表の見本（数値は架空）",
  prefecture = "29",
  packs      = { "standard" },
  area_sets  = { "municipality", "prefecture" },
  sources    = {
    { name = "standard_list", plugin = "facts",
      options = { files = "standard_list.csv", layout = "layouts/standard_list.lua" } },
    { name = "areas", plugin = "facts", options = { contract = "areas", files = "areas.csv", columns = {
      { name = "area_set", from = "圏域の種類", type = "area_set" },
      { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  },
}
