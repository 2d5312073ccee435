-- SPDX-License-Identifier: MIT
-- 住民調査の割合とACPの普及を見るもの（9項目）
return {
  id          = "pref_awareness",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：住民の意識とACP",
  name_en     = "Prefectures' own targets: awareness and advance care planning",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、住民調査の割合とACPの普及を見るもの（9項目）。data の数値は架空",
  files       = { "tables.lua", "chiba.lua", "hiroshima.lua", "hyogo.lua", "kumamoto.lua", "okayama.lua", "saga.lua", "wakayama.lua" },
}
