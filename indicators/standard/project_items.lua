-- SPDX-License-Identifier: MIT
-- 在宅医療・介護連携推進事業の8つの事業項目の実施状況（公表資料。data/project_items.csv, data/project_counts.csv）
local sources = { "平成28年度（確定値）・平成29年度（速報値）在宅医療・介護連携推進事業実施状況調査（9・10ページ）" }
local series_break = "平成29年度は速報値で、実施予定に平成30年度内の予定を含むため、平成28年度までとつながらない"

local items = facts_table {
  id      = "project_items",
  label   = "在宅医療・介護連携推進事業の事業項目別の実施状況",
  columns = {
    { "item",    "code", label = "事業項目", key = true },
    { "edition", "code", label = "値の種類" },
    { "running", "decimal", scale = 1, unit = "%", label = "実施している" },
    { "planned", "decimal", scale = 1, unit = "%", label = "実施予定" },
    { "none",    "decimal", scale = 1, unit = "%", label = "実施していない" },
  },
}

local counts = facts_table {
  id      = "project_counts",
  label   = "実施している事業項目の数別の市町村数",
  columns = {
    { "answer",  "code", label = "実施状況", key = true },
    { "edition", "code", label = "値の種類" },
    { "items",   "int", unit = "項目", label = "実施している項目数" },
    { "municipalities", "int", unit = "市町村", label = "市町村数" },
  },
}

-- 平成29年度の値は別の見出しに置く: 前の年度とつながらないことが表から分かるように。
local earlier = items { edition = { "公表値", "確定値" } }
local latest  = items { edition = "速報値" }

cross_table {
  id         = "project.items",
  title      = "在宅医療・介護連携推進事業の事業項目別の実施状況",
  kind       = "process",
  unit       = "%",
  rows       = { dim("事業項目", items.item) },
  columns    = {
    { "実施している",           earlier:sum "running" },
    { "実施予定",               earlier:sum "planned" },
    { "実施していない",         earlier:sum "none" },
    { "実施している（速報値）", latest:sum "running" },
    { "実施予定（速報値、平成30年度内を含む）", latest:sum "planned" },
    { "実施していない（速報値）", latest:sum "none" },
  },
  caveats    = { series_break },
  breaks     = { "FY2017" },
  references = sources,
}

cross_table {
  id         = "project.municipalities",
  title      = "実施している事業項目の数別の市町村数",
  kind       = "process",
  unit       = "市町村",
  rows       = { dim("実施状況", counts.answer):with_total("合計") },
  columns    = {
    { "確定値", counts { edition = "確定値" }:sum "municipalities" },
    { "速報値（実施予定に平成30年度内を含む）", counts { edition = "速報値" }:sum "municipalities" },
  },
  caveats    = { series_break },
  breaks     = { "FY2017" },
  references = sources,
}

cross_table {
  id         = "project.mean_items",
  title      = "1市町村が実施している事業項目の平均数と、すべて実施している市町村の割合",
  kind       = "process",
  decimals   = 2,
  columns    = {
    { "平均", ratio(counts:sum("municipalities", { times = "items" }), counts:sum "municipalities"), unit = "項目" },
    { "すべて実施", percent(counts { answer = "全て" }:sum "municipalities", counts:sum "municipalities"), unit = "%" },
  },
  definition = "実施している項目数別の市町村数から求めた平均と、8項目すべてを実施している市町村の割合。",
  caveats    = { series_break },
  breaks     = { "FY2017" },
  references = sources,
}

cross_table {
  id         = "project.mean_items_by_rate",
  title      = "1市町村が実施している事業項目の平均数（実施率から）",
  kind       = "process",
  unit       = "項目",
  decimals   = 2,
  columns    = {
    { "平均", compute { values = { rates = items:sum "running" }, fn = function(v) return v.rates / 100 end } },
  },
  definition = "8項目の実施率の合計を100で割ったもの。項目数別の市町村数からの平均と同じになるはずである。",
  caveats    = { series_break },
  breaks     = { "FY2017" },
  references = sources,
}
