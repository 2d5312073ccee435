-- SPDX-License-Identifier: MIT
-- 群馬県: 退院調整ルールに係る退院調整漏れ率（連絡のないまま退院した割合）
local left = facts "coordination_survey" { occasion = "退院" }

indicator { id = "gunma.discharge_leak.rate", name = "退院調整ルールに係る退院調整漏れ率", unit = "%", decimals = 1,
  kind = "structure", stages = { "退院支援" }, better = "lower",
  value = percent(difference(left:sum "cases", left:sum "contacted"), left:sum "cases"), by = areas.of "none" }
