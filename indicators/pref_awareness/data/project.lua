-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_awareness" }, area_sets = { "prefecture" }, sources = {
  { name = "survey", plugin = "facts", options = { table = "residents_survey", files = "data/*_survey.csv", columns = {
    { name = "area", from = "都道府県コード", level = "prefecture" }, { name = "period", from = "年度" }, { name = "question", from = "質問", key = true },
    { name = "ages", from = "年齢", key = true }, { name = "answered", from = "回答数", type = "int", unit = "人" }, { name = "yes", from = "はい", type = "int", unit = "人" } } } },
  { name = "acp", plugin = "facts", options = { table = "acp_activities", files = "data/*_acp.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "period", from = "年度" },
    { name = "activity", from = "取組", key = true }, { name = "running", from = "実施", type = "bool" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
