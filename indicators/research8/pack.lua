-- 第8次医療計画の在宅医療のための、アウトカムの候補（研究）
return {
  id          = "research8",
  version     = "0.1.0",
  api         = 1,
  name        = "在宅医療のアウトカム指標の候補（第8次医療計画の研究）",
  name_en     = "Candidate outcome measures of home care (research for the 8th plan)",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "国は在宅医療のアウトカム指標を定めていない。レセプトで測れる候補を、人単位かエピソード単位かを明示して並べる",
  depends     = { standard = "0.2.0" },
  files       = {
    "care_level.lua", "continuity.lua", "end_of_life.lua", "first_visit.lua", "night.lua", "readmission.lua",
    "staying.lua",
  },
}
