-- SPDX-License-Identifier: MIT
-- 千葉県: 県民調査による割合
local survey = facts "residents_survey" { ages = "全年齢" }

local function yes(question)
  local asked = survey:where { question = question }
  return percent(asked:sum "yes", asked:sum "answered")
end

indicator { id = "chiba.community_life.share", name = "介護が必要になっても自宅や地域で暮らし続けられると感じる県民の割合", unit = "%", decimals = 1,
  kind = "outcome", stages = { "日常の療養支援" }, better = "higher",
  value = yes "暮らし続けられると感じる", by = areas.of "none" }
