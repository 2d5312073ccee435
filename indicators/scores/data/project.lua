-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（数値は架空。1県4市町村だけなので「上位5割」は県内でのもの）
return { prefecture = "29", packs = { "scores" }, area_sets = { "municipality", "prefecture" }, sources = {
  { name = "answers", plugin = "facts", options = { table = "incentive_municipality", files = "data/answers.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" },
    { name = "item", from = "項目", key = true }, { name = "level", from = "段階" } } } },
  { name = "prefecture", plugin = "facts", options = { table = "incentive_prefecture", files = "data/prefecture.csv", columns = {
    { name = "area", from = "都道府県コード", level = "prefecture" }, { name = "period", from = "年度" },
    { name = "item", from = "項目", key = true }, { name = "done", from = "該当", type = "bool" } } } },
  { name = "fees", plugin = "facts", options = { table = "coordination_fees", files = "data/fees.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" },
    { name = "recipients", from = "受給者", type = "int", unit = "人" }, { name = "admission", from = "入院時情報連携加算", type = "int", unit = "人" },
    { name = "discharge", from = "退院・退所加算", type = "int", unit = "人" } } } },
  { name = "families", plugin = "facts", options = { table = "incentive_families", files = "data/families.csv", columns = {
    { name = "area", from = "市町村コード", level = "municipality" }, { name = "period", from = "年度" },
    { name = "gathering", from = "通いの場の参加者", type = "int", unit = "人" }, { name = "aged", from = "65歳以上人口", type = "int", unit = "人" },
    { name = "cases", from = "個別事例の検討件数", type = "int", unit = "件" }, { name = "recipients", from = "受給者", type = "int", unit = "人" },
    { name = "worsened", from = "重くなった人", type = "int", unit = "人" }, { name = "certified", from = "認定者", type = "int", unit = "人" } } } },
  { name = "data_use", plugin = "facts", options = { table = "data_use", files = "data/data_use.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "period", from = "年度" },
    { name = "data", from = "データ", key = true }, { name = "answer", from = "活用状況" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv", columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
