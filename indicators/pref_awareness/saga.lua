-- SPDX-License-Identifier: MIT
-- 佐賀県: 県民調査による割合
local survey = facts "residents_survey" { ages = "全年齢" }

local function yes(question)
  local asked = survey:where { question = question }
  return percent(asked:sum "yes", asked:sum "answered")
end

indicator { id = "saga.home_care_environment.share", name = "在宅医療を希望する県民が安心して在宅医療を受けることができる環境", unit = "%", decimals = 1,
  kind = "outcome", stages = { "日常の療養支援" }, better = "higher",
  value = yes "安心して受けられると思う", by = areas.of "none" }
