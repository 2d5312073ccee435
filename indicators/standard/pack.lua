-- 標準パック: 別表11（在宅医療の体制構築に係る現状把握のための指標例）と、国の資料の表
return {
  id          = "standard",
  version     = "0.2.0",
  api         = 1,
  name        = "在宅医療の標準指標",
  name_en     = "Standard indicators of home care",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "別表11の指標のすべて（国保データベース、NDBオープンデータ、病床機能報告、届けられた表から）と、国の資料の表",
  files       = {
    "codes/beds.lua", "codes/care_services.lua", "codes/daily_care.lua", "codes/dental_care.lua",
    "codes/discharge_support.lua", "codes/emergency.lua",
    "codes/end_of_life.lua", "codes/home_care_supply.lua", "codes/long_term_wards.lua",
    "beds.lua", "daily_care.lua", "data_use.lua", "dental_care.lua", "discharge_destination.lua",
    "discharge_support.lua", "emergency.lua", "end_of_life.lua", "nursing.lua", "plan_survey.lua",
    "project_items.lua",
    "supply_demand.lua",
  },
}
