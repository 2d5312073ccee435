-- SPDX-License-Identifier: MIT
-- 退院支援ルール・仕組みのある圏域を数えるもの（7項目）
return {
  id          = "pref_rules",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：退院支援ルールの策定",
  name_en     = "Prefectures' own targets: discharge rules",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、退院支援ルール・仕組みのある圏域を数えるもの（7項目）。全圏域で策定済みかも見る。data の数値は架空",
  files       = { "tables.lua", "gifu.lua", "kagoshima.lua", "miyazaki.lua", "nagasaki.lua", "shimane.lua", "shizuoka.lua", "tottori.lua" },
}
