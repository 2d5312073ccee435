-- SPDX-License-Identifier: MIT
-- 佐賀県: 地域包括ケア病床数、在宅診療設備整備事業補助件数
indicator { id = "saga.community_care.beds", name = "地域包括ケア病床数", unit = "床",
  kind = "structure", stages = { "急変時の対応" }, better = "higher",
  value = facts "municipal_counts" { subject = "地域包括ケア病床" }:sum(), by = areas.of "none" }
indicator { id = "saga.equipment_subsidy.cases", name = "在宅診療設備整備事業補助件数", unit = "件",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "municipal_counts" { subject = "在宅診療設備整備事業の補助" }:sum(), by = areas.of "none" }
