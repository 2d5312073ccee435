-- 追加的需要の按分（参考資料 003 の4～9枚目と19枚目の考え方を、1行ずつ計算する）
return {
  id          = "apportionment",
  version     = "1.0.0",
  api         = 1,
  name        = "介護施設・在宅医療等の追加的需要の按分",
  name_en     = "Apportionment of the additional demand for care facilities and home care",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "病床の機能分化・連携に伴う追加的需要を、療養病床からの移行（STEP1）と、介護施設・在宅医療（STEP2）に"
             .. "分け、協議で決めた値、第7期の積み残し、両計画との整合まで、1行ずつ計算する",
  depends     = { standard = "0.1.0" },
  files       = { "tables.lua", "demand.lua", "step1.lua", "ratios.lua", "step2.lua", "result.lua",
                  "carry_over.lua", "plans.lua", "table.lua" },
  tests       = "tests",
}
