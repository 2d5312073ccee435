-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_projects" }, area_sets = { "prefecture" }, sources = {
  { name = "projects", plugin = "facts", options = { table = "cooperation_projects", files = "data/wakayama_projects.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" },
    { name = "a", from = "ア", type = "bool" }, { name = "b", from = "イ", type = "bool" }, { name = "c", from = "ウ", type = "bool" }, { name = "d", from = "エ", type = "bool" }, { name = "e", from = "オ", type = "bool" }, { name = "f", from = "カ", type = "bool" }, { name = "g", from = "キ", type = "bool" }, { name = "h", from = "ク", type = "bool" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
