-- SPDX-License-Identifier: MIT
-- 宮崎県: 施設の数
indicator { id = "miyazaki.regional_support_hospitals.institutions", name = "地域医療支援病院数", unit = "病院",
  kind = "structure", better = "higher",
  value = facts "listed_institutions" { designation = "地域医療支援病院" }:distinct "institution", by = areas.of "none" }
