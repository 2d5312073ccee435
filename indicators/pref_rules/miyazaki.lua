-- SPDX-License-Identifier: MIT
-- 宮崎県: 入退院調整ルール策定圏域
local rules = facts "coordination_rules" { in_force = true }

indicator { id = "miyazaki.discharge_rule.areas", name = "入退院調整ルール策定圏域", unit = "圏域", kind = "structure",
  stages = { "退院支援" }, better = "higher", value = rules:areas { set = "secondary" }, by = areas.of "none" }
indicator { id = "miyazaki.discharge_rule.all", name = "全ての圏域で策定済み", unit = "該当", kind = "structure",
  stages = { "退院支援" }, value = all_of(areas.all "secondary", rules), by = areas.of "none" }
