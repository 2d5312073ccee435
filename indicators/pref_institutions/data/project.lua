-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_institutions" }, area_sets = { "prefecture" }, sources = {
  { name = "listed", plugin = "facts", options = { table = "listed_institutions", files = "data/*_listed.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" }, { name = "institution", from = "施設", type = "code", key = true },
    { name = "designation", from = "届出", key = true } } } },
  { name = "register", plugin = "facts", options = { table = "medical_register", files = "data/okayama_register.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" }, { name = "institution", from = "医療機関", type = "code", key = true }, { name = "type", from = "種別" },
    { name = "internal", from = "内科", type = "bool" }, { name = "supporting", from = "在宅療養支援", type = "bool" } } } },
  { name = "counts", plugin = "facts", options = { table = "municipal_counts", files = "data/*_counts.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" }, { name = "subject", from = "対象", key = true }, { name = "number", from = "数", type = "int" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
