-- SPDX-License-Identifier: MIT
-- 岡山県: 内科診療所、病院（精神科病院を除く）のうち在宅療養支援診療所・病院の割合
local clinics   = facts "medical_register" { type = "診療所", internal = true }
local hospitals = facts "medical_register" { type = "病院" }

indicator { id = "okayama.supporting_clinics.share", name = "内科診療所のうち在宅療養支援診療所の数の割合", unit = "%", decimals = 1,
  kind = "structure", stages = { "日常の療養支援", "急変時の対応", "看取り" }, better = "higher",
  value = percent(clinics:where { supporting = true }:distinct "institution", clinics:distinct "institution"), by = areas.of "none" }
indicator { id = "okayama.supporting_hospitals.share", name = "病院（精神科病院を除く）のうち在宅療養支援病院の数の割合", unit = "%", decimals = 1,
  kind = "structure", stages = { "日常の療養支援", "急変時の対応", "看取り" }, better = "higher",
  value = percent(hospitals:where { supporting = true }:distinct "institution", hospitals:distinct "institution"), by = areas.of "none" }
