-- 合成・評価・配分（試験用）
local rules = facts "discharge_rules"
local held = rules { in_force = true }:areas { set = "municipality" }
local lacking = rules { in_force = false }:areas { set = "municipality" }
local steps = { scheme = "3段階", { "A", from = 80, points = 5 }, { "B", above = 49.5, points = 2.5 }, { "C", points = 0 } }

indicator { id = "score.levels", name = "段階の得点", unit = "点",
  value = composite { { held, 15 }, { lacking, 10 }, how = "best" }:each_area(areas.all "municipality", { above = "none" }) }
indicator { id = "score.total", name = "総合得点", unit = "点",
  value = composite { value_of "score.levels", { value_of "score.levels", 0.5 }, missing = "partial" } }
indicator { id = "score.grade", name = "評価", unit = "点", value = value_of "score.total":grade(steps) }
indicator { id = "score.answer", name = "最も多い回答", unit = "回答",
  value = most_frequent { { "あり", held }, { "なし", lacking }, ties = "last" } }
indicator { id = "score.mean", name = "管内市町村の平均点", unit = "点",
  value = value_of "score.levels":over("municipality") }
indicator { id = "score.reached", name = "15点の市町村の割合", unit = "%",
  value = value_of "score.levels":over(areas.all "municipality", { how = "share", from = 15 }) }
indicator { id = "score.grant", name = "交付額", unit = "円",
  value = value_of "score.levels":allocate { amount = 19000000000, unit = 1000 } }
