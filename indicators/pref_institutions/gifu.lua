-- SPDX-License-Identifier: MIT
-- 岐阜県: 施設の数
indicator { id = "gifu.dental_hygiene.institutions", name = "訪問歯科衛生指導を実施している医療機関数", unit = "施設",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "listed_institutions" { designation = "訪問歯科衛生指導" }:distinct "institution", by = areas.of "none" }
