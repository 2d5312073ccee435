-- SPDX-License-Identifier: MIT
-- 秋田県: 在宅療養支援病院がある二次医療圏数
local hospitals = facts "area_activities" { activity = "在宅療養支援病院", institutions = from(1) }

indicator { id = "akita.supporting_hospital.areas", name = "在宅療養支援病院がある二次医療圏数", unit = "圏域",
  kind = "structure", stages = { "日常の療養支援", "急変時の対応", "看取り" }, better = "higher",
  value = hospitals:areas(), by = areas.of "none" }
