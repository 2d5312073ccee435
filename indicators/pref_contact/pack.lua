-- SPDX-License-Identifier: MIT
-- 入退院時の連絡・連携を数えるもの（3項目）
return {
  id          = "pref_contact",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：退院調整と連携",
  name_en     = "Prefectures' own targets: coordination at discharge",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、入退院時の連絡・連携を数えるもの（3項目）。data の数値は架空",
  files       = { "tables.lua", "gunma.lua", "saga.lua", "shiga.lua" },
}
