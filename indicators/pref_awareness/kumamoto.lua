-- SPDX-License-Identifier: MIT
-- 熊本県: 県民調査による割合
local survey = facts "residents_survey" { ages = "全年齢" }

local function yes(question)
  local asked = survey:where { question = question }
  return percent(asked:sum "yes", asked:sum "answered")
end

indicator { id = "kumamoto.can_receive.share", name = "在宅医療・介護サービスを受けることができると思う人の割合", unit = "%", decimals = 1,
  kind = "outcome", stages = { "日常の療養支援" }, better = "higher",
  value = yes "受けることができると思う", by = areas.of "none" }
