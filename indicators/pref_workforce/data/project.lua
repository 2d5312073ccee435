-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_workforce" }, area_sets = { "prefecture" }, sources = {
  { name = "trainings", plugin = "facts", options = { table = "trainings", files = "data/*_trainings.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" }, { name = "course", from = "研修", key = true },
    { name = "people", from = "受講者数", type = "int", unit = "人" }, { name = "times", from = "開催回数", type = "int", unit = "回" },
    { name = "facilities", from = "施設数", type = "int", unit = "施設" } } } },
  { name = "designated", plugin = "facts", options = { table = "designated_institutions", files = "data/yamanashi_designated.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" },
    { name = "institution", from = "機関", type = "code", key = true }, { name = "designation", from = "指定", key = true } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
