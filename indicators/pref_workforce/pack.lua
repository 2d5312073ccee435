-- SPDX-License-Identifier: MIT
-- 研修の受講者・開催回数・指定機関を数えるもの（9項目）
return {
  id          = "pref_workforce",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：人材と研修",
  name_en     = "Prefectures' own targets: workforce and training",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、研修の受講者・開催回数・指定機関を数えるもの（9項目）。data の数値は架空",
  files       = { "tables.lua", "hiroshima.lua", "ishikawa.lua", "kyoto.lua", "saga.lua", "tokyo.lua", "toyama.lua", "yamanashi.lua" },
}
