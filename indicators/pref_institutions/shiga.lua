-- SPDX-License-Identifier: MIT
-- 滋賀県: 施設の数
indicator { id = "shiga.home_care_pharmacies.institutions", name = "在宅医療支援薬局数", unit = "薬局",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "listed_institutions" { designation = "在宅医療支援薬局" }:distinct "institution", by = areas.of "none" }
