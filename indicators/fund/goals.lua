-- SPDX-License-Identifier: MIT
-- 目標: 達成した割合、未達成で改善の方向性の記載がないもの（001: 目標が未達成の場合には改善の方向性を記載する）
local goals  = facts "fund_goals"
local missed = goals { achieved = false }

indicator { id = "fund.goals", name = "目標の数", unit = "目標", kind = "structure", value = goals:rows() }
indicator { id = "fund.goals.achieved", name = "達成した目標の割合", unit = "%", kind = "outcome", better = "higher",
  value = percent(goals { achieved = true }:rows(), goals { achieved = { true, false } }:rows()),
  definition = "達成したかどうかの分かる目標のうち。" }
indicator { id = "fund.goals.unknown", name = "達成したかどうか分からない目標の数", unit = "目標", kind = "process", better = "lower",
  value = difference(goals:rows(), goals { achieved = { true, false } }:rows()) }
indicator { id = "fund.goals.missed", name = "未達成の目標の数", unit = "目標", kind = "outcome", better = "lower", value = missed:rows() }
indicator { id = "fund.goals.without_improvement", name = "未達成で改善の方向性の記載がない目標の数", unit = "目標", kind = "process", better = "lower",
  value = difference(missed:rows(), missed:where { improvement = true }:rows()),
  definition = "「記載がない」と答えたものも、何も書かれていないものも数える。" }
