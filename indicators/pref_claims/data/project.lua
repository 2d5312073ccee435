-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空）
return { prefecture = "00", packs = { "pref_claims" }, area_sets = { "prefecture" }, sources = {
  { name = "stays", plugin = "facts", options = { table = "hospital_stays", files = "data/okinawa_stays.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" },
    { name = "discharged", from = "退院患者", type = "int", unit = "人" }, { name = "days", from = "在院日数", type = "int", unit = "日" } } } },
  { name = "dementia", plugin = "facts", options = { table = "dementia_admissions", files = "data/ishikawa_dementia.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" },
    { name = "admitted", from = "新規入院", type = "int", unit = "人" }, { name = "left_in_2_months", from = "退院", type = "int", unit = "人" } } } },
  { name = "items", plugin = "facts", options = { contract = "ndb_items", files = "data/nara_items.csv", columns = {
    { name = "area", from = "圏域コード", level = "secondary" }, { name = "item", from = "診療行為コード" }, { name = "name", from = "診療行為" },
    { name = "period", from = "年度" }, { name = "value", from = "算定回数", type = "int" } }, signs = { hyphen = "masked" },
    constants = { area_set = "secondary", kind = "medical", setting = "outpatient", addition = true } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
