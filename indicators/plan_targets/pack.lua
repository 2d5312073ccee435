-- 計画の目標を数える（shihyo targets set で設定した目標が、そのままデータになる）
return {
  id          = "plan_targets",
  version     = "1.0.0",
  api         = 1,
  name        = "計画の目標の設定と達成の状況",
  name_en     = "Targets of plans: which were set, which were reached",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "どの機能に目標が設定されているか、どれだけ達成したか、未達成の目標に改善の方向性が書かれているか",
  files       = { "set.lua", "reached.lua" },
  tests       = "tests",
}
