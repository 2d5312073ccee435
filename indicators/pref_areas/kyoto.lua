-- SPDX-License-Identifier: MIT
-- 京都府: 地域医療支援病院設置医療圏数
local hospitals = facts "area_activities" { activity = "地域医療支援病院", institutions = from(1) }

indicator { id = "kyoto.regional_support_hospital.areas", name = "地域医療支援病院設置医療圏数", unit = "医療圏",
  kind = "structure", better = "higher", value = hospitals:areas(), by = areas.of "none" }
