-- SPDX-License-Identifier: MIT
-- 石川県: 新規認知症入院患者の2ヶ月以内退院率
local admissions = facts "dementia_admissions"

indicator { id = "ishikawa.dementia_discharge.rate", name = "新規認知症入院患者の2ヶ月以内退院率", unit = "%", decimals = 1,
  kind = "outcome", stages = { "退院支援" }, better = "higher",
  value = percent(admissions:sum "left_in_2_months", admissions:sum "admitted"), by = areas.of "none" }
