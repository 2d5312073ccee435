-- SPDX-License-Identifier: MIT
-- 山口県: 地域医療介護連係情報システム整備圏域数
indicator { id = "yamaguchi.information_system.areas", name = "地域医療介護連係情報システム整備圏域数", unit = "圏域",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "networks" { network = "地域医療介護連係情報システム", ready = true }:areas { set = "secondary" }, by = areas.of "none" }
