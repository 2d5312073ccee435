-- SPDX-License-Identifier: MIT
-- このパックを動かすプロジェクトの見本（事業も数値も架空）
return { prefecture = "29", packs = { "fund" }, area_sets = { "prefecture" }, sources = {
  { name = "projects", plugin = "facts", options = { table = "fund_projects", files = "data/projects.csv", columns = {
    { name = "area", from = "都道府県コード", level = "prefecture" }, { name = "period", from = "年度" },
    { name = "project", from = "事業番号", key = true }, { name = "name", from = "事業名", type = "text" }, { name = "category", from = "区分" },
    { name = "use", from = "使途" }, { name = "profession", from = "対象職種" },
    { name = "cost", from = "費用", type = "int", unit = "千円" }, { name = "national", from = "国", type = "int", unit = "千円" },
    { name = "prefectural", from = "県", type = "int", unit = "千円" }, { name = "years", from = "実施期間", type = "int", unit = "年" },
    { name = "state", from = "実施状況" }, { name = "opinions", from = "意見聴取", type = "bool" }, { name = "evaluated", from = "事後評価", type = "bool" } } } },
  { name = "goals", plugin = "facts", options = { table = "fund_goals", files = "data/goals.csv", columns = {
    { name = "area", from = "都道府県コード", level = "prefecture" }, { name = "period", from = "年度" },
    { name = "project", from = "事業番号", key = true }, { name = "goal", from = "目標番号", key = true },
    { name = "achieved", from = "達成", type = "bool" }, { name = "improvement", from = "改善の方向性", type = "bool" } } } },
} }
