-- SPDX-License-Identifier: MIT
-- 高知県: 多職種連携のための情報通信技術を導入した施設数
indicator { id = "kochi.team_ict.facilities", name = "多職種連携のための情報通信技術を導入した施設数", unit = "施設",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "networks" { network = "多職種連携" }:sum "facilities", by = areas.of "none" }
