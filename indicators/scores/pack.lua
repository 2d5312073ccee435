-- SPDX-License-Identifier: MIT
-- 保険者機能強化推進交付金（在宅医療・介護連携の項目）の得点と配分、最も多い選択肢への集約
return {
  id          = "scores",
  version     = "0.1.0",
  api         = 1,
  name        = "得点と配分",
  name_en     = "Scores and shares",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "保険者機能強化推進交付金の調査項目（2019年度、在宅医療・介護連携）の得点、上位5割、総合得点、得点による配分と、圏域の回答の最も多い選択肢への集約。資料に項目ごとの点数はないので lib/points.lua の点数は仮のもの。data の数値は架空",
  depends     = { standard = "0.1.0" },
  files       = { "tables.lua", "municipal.lua", "prefectural.lua", "data_use.lua", "families.lua" },
}
