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

cross_table {
  id         = "project.items",
  title      = "在宅医療・介護連携推進事業の事業項目別の実施状況",
  kind       = "process",
  unit       = "%",
  rows       = { dim("事業項目", items.item), dim("値の種類", items.edition) },
  columns    = { { "実施している", items:sum "running" }, { "実施予定", items:sum "planned" },
                 { "実施していない", items:sum "none" } },
  caveats    = { series_break },
  references = sources,
}

cross_table {
  id         = "project.municipalities",
  title      = "実施している事業項目の数別の市町村数",
  kind       = "process",
  unit       = "市町村",
  rows       = { dim("実施状況", counts.answer):with_total("合計"), dim("値の種類", counts.edition) },
  value      = counts:sum "municipalities",
  caveats    = { series_break },
  references = sources,
}

indicator {
  id         = "project.mean_items",
  name       = "1市町村が実施している事業項目の平均数（分布から）",
  kind       = "process",
  unit       = "項目",
  decimals   = 2,
  value      = ratio(counts:sum("municipalities", { times = "items" }), counts:sum "municipalities"),
  note       = series_break,
  definition = "実施している項目数別の市町村数から求めた平均。",
  references = sources,
}

indicator {
  id         = "project.mean_items_by_rate",
  name       = "1市町村が実施している事業項目の平均数（実施率から）",
  kind       = "process",
  unit       = "項目",
  decimals   = 2,
  value      = compute { values = { rates = items:sum "running" }, fn = function(v) return v.rates / 100 end },
  note       = series_break,
  definition = "8項目の実施率の合計を100で割ったもの。分布からの平均と同じになるはずの値。",
  references = sources,
}

indicator {
  id         = "project.all_items",
  name       = "8つの事業項目すべてを実施している市町村の割合",
  kind       = "process",
  unit       = "%",
  decimals   = 1,
  value      = percent(counts { answer = "全て" }:sum "municipalities", counts:sum "municipalities"),
  note       = series_break,
  definition = "全項目を実施している市町村数 ÷ 全市町村数。",
  references = sources,
}
