-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_areas" }, area_sets = { "prefecture" }, sources = {
  { name = "activities", plugin = "facts", options = { table = "area_activities", files = "data/*_activities.csv", columns = {
    { name = "area", from = "二次医療圏コード", level = "secondary" }, { name = "period", from = "年度" },
    { name = "activity", from = "取組", key = true }, { name = "institutions", from = "施設数", type = "int", unit = "施設" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area", from = "二次医療圏コード", level = "secondary" }, { name = "name", from = "二次医療圏" } },
    constants = { area_set = "secondary" } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member", from = "二次医療圏コード", level = "secondary" }, { name = "area", from = "都道府県コード", level = "prefecture" } },
    constants = { area_set = "prefecture", member_set = "secondary" } } },
} }
