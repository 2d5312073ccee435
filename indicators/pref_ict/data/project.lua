-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_ict" }, area_sets = { "prefecture" }, sources = {
  { name = "networks", plugin = "facts", options = { table = "networks", files = { "data/ishikawa.csv", "data/kochi.csv", "data/saga.csv", "data/wakayama.csv", "data/yamaguchi.csv" }, columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "period", from = "年度" }, { name = "network", from = "仕組み", key = true },
    { name = "ready", from = "整備", type = "bool" }, { name = "patients", from = "患者数", type = "int", unit = "人" }, { name = "facilities", from = "施設数", type = "int", unit = "施設" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
