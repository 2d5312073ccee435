-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_rules" }, area_sets = { "prefecture" }, sources = {
  { name = "rules", plugin = "facts", options = { table = "coordination_rules", files = "data/*_rules.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "period", from = "年度" },
    { name = "in_force", from = "退院支援ルール", type = "bool" }, { name = "since", from = "運用開始日", type = "date" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
