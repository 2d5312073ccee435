-- SPDX-License-Identifier: MIT
-- 地域医療介護総合確保基金の事業（都道府県計画）
return {
  id          = "fund",
  version     = "0.1.0",
  api         = 1,
  name        = "地域医療介護総合確保基金の事業",
  name_en     = "Projects of the regional fund for health and care",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "都道府県計画に載せた事業を1事業1行の表にして、区分・使途・対象職種ごとの費用の割合、国と都道府県の負担、実施状況、意見聴取、事後評価、未達成で改善の方向性のない目標を数える。data の数値は架空",
  files       = { "tables.lua", "costs.lua", "state.lua", "goals.lua" },
}
