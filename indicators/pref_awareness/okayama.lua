-- SPDX-License-Identifier: MIT
-- 岡山県: 県民調査による割合
local survey = facts "residents_survey" { ages = "60歳以上" }

local function yes(question)
  local asked = survey:where { question = question }
  return percent(asked:sum "yes", asked:sum "answered")
end

indicator { id = "okayama.talked_with_family.share", name = "人生の最終段階で受けた医療について家族と話し合ったことがある県民（60歳以上）の割合", unit = "%", decimals = 1,
  kind = "outcome", stages = { "看取り" }, better = "higher",
  value = yes "家族と話し合ったことがある", by = areas.of "none" }
