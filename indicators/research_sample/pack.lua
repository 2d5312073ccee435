-- 研究のパックの見本: 1人ずつの時系列を見る関数で測る
return {
  id          = "research_sample",
  version     = "0.1.0",
  api         = 1,
  name        = "研究の測り方（見本）",
  name_en     = "Measures for research (sample)",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "演算子で書けない測り方の見本。退院後の再入院、初めての在宅医療までの月数",
  files       = { "codes.lua", "bounce_back.lua" },
}
