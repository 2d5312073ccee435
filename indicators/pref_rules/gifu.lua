-- SPDX-License-Identifier: MIT
-- 岐阜県: 退院支援ルールを設定している二次医療圏数
local rules = facts "coordination_rules" { in_force = true }

indicator { id = "gifu.discharge_rule.areas", name = "退院支援ルールを設定している二次医療圏数", unit = "圏域", kind = "structure",
  stages = { "退院支援" }, better = "higher", value = rules:areas { set = "secondary" }, by = areas.of "none" }
indicator { id = "gifu.discharge_rule.all", name = "全ての二次医療圏で策定済み", unit = "該当", kind = "structure",
  stages = { "退院支援" }, value = all_of(areas.all "secondary", rules), by = areas.of "none" }
