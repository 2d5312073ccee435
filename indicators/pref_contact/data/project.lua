-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_contact" }, area_sets = { "prefecture" }, sources = {
  { name = "survey", plugin = "facts", options = { table = "coordination_survey", files = "data/*_survey.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" }, { name = "occasion", from = "場面", key = true },
    { name = "cases", from = "件数", type = "int", unit = "件" }, { name = "contacted", from = "連携件数", type = "int", unit = "件" } } } },
  { name = "additions", plugin = "facts", options = { table = "care_additions", files = "data/saga_additions.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" }, { name = "addition", from = "加算", key = true },
    { name = "cases", from = "件数", type = "int", unit = "件" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
