-- SPDX-License-Identifier: MIT
-- ベンチマーク用の定義。標準パックの定義に似ているが同じではない（tests/bench/README.md）
return {
  id          = "benchmark_claims",
  version     = "1.0.0",
  api         = 1,
  name        = "ベンチマーク（レセプト）",
  name_en     = "Benchmark of claims",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "他のプログラムと結果と時間を比べるための5つの表",
  files       = { "codes.lua", "tables.lua" },
}
