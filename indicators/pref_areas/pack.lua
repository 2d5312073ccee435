-- SPDX-License-Identifier: MIT
-- 都道府県が独自に設けた目標項目のうち「…のある圏域数」
return {
  id          = "pref_areas",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：…のある圏域数",
  name_en     = "Prefectures' own targets: areas that have an institution",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、取組のある圏域を数えるもの（12項目）。data の数値は架空",
  files       = { "tables.lua", "akita.lua", "hokkaido.lua", "hyogo.lua", "iwate.lua", "kyoto.lua" },
}
