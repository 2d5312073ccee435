-- SPDX-License-Identifier: MIT
-- 高知県: 施設の数
indicator { id = "kochi.discharge_conference.institutions", name = "退院前カンファレンスを実施している医療機関数", unit = "施設",
  kind = "structure", stages = { "退院支援" }, better = "higher",
  value = facts "listed_institutions" { designation = "退院前カンファレンス" }:distinct "institution", by = areas.of "none" }
