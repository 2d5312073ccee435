-- SPDX-License-Identifier: MIT
-- レセプト・入院の資料から数えるもの（3項目）
return {
  id          = "pref_claims",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：レセプトと入院",
  name_en     = "Prefectures' own targets: claims and stays",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、レセプト・入院の資料から数えるもの（3項目）。data の数値は架空",
  depends     = { "standard" },
  files       = { "tables.lua", "ishikawa.lua", "nara.lua", "okinawa.lua" },
}
