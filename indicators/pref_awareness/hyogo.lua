-- SPDX-License-Identifier: MIT
-- 兵庫県: 県民調査による割合
local survey = facts "residents_survey" { ages = "全年齢" }

local function yes(question)
  local asked = survey:where { question = question }
  return percent(asked:sum "yes", asked:sum "answered")
end

indicator { id = "hyogo.family_doctor.share", name = "かかりつけ医のいる割合", unit = "%", decimals = 1,
  kind = "process", stages = { "日常の療養支援" }, better = "higher",
  value = yes "かかりつけ医がいる", by = areas.of "none" }
