-- SPDX-License-Identifier: MIT
-- 事業の全項目を実施する市町村を数えるもの（1項目）
return {
  id          = "pref_projects",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：在宅医療・介護連携推進事業",
  name_en     = "Prefectures' own targets: home care cooperation project",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、事業の全項目を実施する市町村を数えるもの（1項目）。data の数値は架空",
  files       = { "tables.lua", "wakayama.lua" },
}
