-- 県のパックの見本（奈良県の市町村・圏域、数値は架空）
return {
  id          = "sample_prefecture",
  version     = "0.1.0",
  api         = 1,
  name        = "県独自の指標（見本）",
  name_en     = "Indicators of a prefecture (sample)",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "県と市町村の小さな表から作る指標の見本。ACP、退院支援ルール、退院調整漏れ率",
  files       = { "acp.lua", "discharge_rules.lua", "leak_rate.lua" },
}
