-- SPDX-License-Identifier: MIT
-- ICTの登録患者・施設・圏域を数えるもの（5項目）
return {
  id          = "pref_ict",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：ICTによる情報共有",
  name_en     = "Prefectures' own targets: information networks",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、ICTの登録患者・施設・圏域を数えるもの（5項目）。data の数値は架空",
  files       = { "tables.lua", "ishikawa.lua", "kochi.lua", "saga.lua", "wakayama.lua", "yamaguchi.lua" },
}
