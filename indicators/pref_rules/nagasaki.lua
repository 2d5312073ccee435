-- SPDX-License-Identifier: MIT
-- 長崎県: 退院支援の仕組みが構築されている在宅医療圏数
local rules = facts "coordination_rules" { in_force = true }

indicator { id = "nagasaki.discharge_rule.areas", name = "退院支援の仕組みが構築されている在宅医療圏数", unit = "圏域", kind = "structure",
  stages = { "退院支援" }, better = "higher", value = rules:areas { set = "home_care" }, by = areas.of "none" }
indicator { id = "nagasaki.discharge_rule.all", name = "全ての在宅医療圏で策定済み", unit = "該当", kind = "structure",
  stages = { "退院支援" }, value = all_of(areas.all "home_care", rules), by = areas.of "none" }
