-- SPDX-License-Identifier: MIT
-- 施設・事業所・病床の数、割合、空白地域を見るもの（19項目）
return {
  id          = "pref_institutions",
  version     = "0.1.0",
  api         = 1,
  name        = "独自の目標項目：施設の数と割合",
  name_en     = "Prefectures' own targets: institutions and shares of them",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "第7次医療計画で指標例以外に設けられた目標項目のうち、施設・事業所・病床の数、割合、空白地域を見るもの（19項目）。data の数値は架空",
  files       = { "tables.lua", "aichi.lua", "chiba.lua", "ehime.lua", "gifu.lua", "gunma.lua", "hiroshima.lua", "kochi.lua", "kyoto.lua", "miyazaki.lua", "okayama.lua", "saga.lua", "shiga.lua", "shimane.lua", "shizuoka.lua", "wakayama.lua" },
}
