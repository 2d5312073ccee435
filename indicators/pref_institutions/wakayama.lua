-- SPDX-License-Identifier: MIT
-- 和歌山県: 施設の数
indicator { id = "wakayama.community_hospitals.institutions", name = "地域密着型協力病院数", unit = "病院",
  kind = "structure", stages = { "急変時の対応" }, better = "higher",
  value = facts "listed_institutions" { designation = "地域密着型協力病院" }:distinct "institution", by = areas.of "none" }
indicator { id = "wakayama.home_care_pharmacies.institutions", name = "在宅医療支援薬局数", unit = "薬局",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "listed_institutions" { designation = "在宅医療支援薬局" }:distinct "institution", by = areas.of "none" }
