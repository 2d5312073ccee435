-- SPDX-License-Identifier: MIT
-- 群馬県: 施設の数
indicator { id = "gunma.health_support_pharmacies.institutions", name = "健康サポート薬局数", unit = "薬局",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "listed_institutions" { designation = "健康サポート薬局" }:distinct "institution", by = areas.of "none" }
