-- SPDX-License-Identifier: MIT
-- 目標の年度ごとに、達成した割合と、改善の方向性のない未達成の目標。達成状況は、前に終わった計算（shihyo run）の値による。
local note = "達成状況は、この計算より前の最後の計算の値による。計算を2回行えば、新しい値による"
local goals = targets { set = true, outcome = { "achieved", "on_track", "behind", "worse" } }

indicator { id = "targets.reached.share", name = "達成した目標の割合", unit = "%", decimals = 1, kind = "outcome", better = "higher",
  value = percent(goals:where { outcome = "achieved" }:rows(), goals:rows()),
  definition = "その年度を目標とし、評価できる目標のうち、達成したものの割合。", caveats = note }
indicator { id = "targets.missed", name = "未達成の目標", unit = "件", kind = "outcome", better = "lower",
  value = targets { set = true, missed = true }:rows(), definition = "その年度が過ぎ、達成していない目標の数。", caveats = note }
indicator { id = "targets.missed.without_improvement", name = "改善の方向性が書かれていない未達成の目標", unit = "件",
  kind = "process", better = "lower", value = targets { set = true, missed = true, improvement = false }:rows(),
  definition = "未達成の目標のうち、改善の方向性が書かれていないものの数。都道府県計画（基金）では必ず書く。", caveats = note }
indicator { id = "targets.figure.share", name = "数値のある目標の割合", unit = "%", decimals = 1, kind = "structure",
  value = percent(targets { set = true, has_figure = true }:rows(), targets { set = true }:rows()),
  definition = "目標のうち、数値の書かれたもの（現状維持や、数値のない増加・減少ではないもの）の割合。" }
cross_table { id = "targets.standing", title = "目標の達成状況", unit = "件", rows = { areas.of "none", dim("計画", targets.plan) },
  columns = { dim("達成状況", targets.outcome):missing("計算なし"):with_total("計") }, value = targets { set = true }:rows(),
  kind = "outcome", definition = "その年度を目標とする目標の数を、達成状況で分けたもの。", caveats = note }
