-- SPDX-License-Identifier: MIT
-- 和歌山県: 県民調査による割合
local survey = facts "residents_survey" { ages = "全年齢" }

local function yes(question)
  local asked = survey:where { question = question }
  return percent(asked:sum "yes", asked:sum "answered")
end

indicator { id = "wakayama.family_doctor.share", name = "かかりつけ医のいる割合", unit = "%", decimals = 1,
  kind = "outcome", stages = { "日常の療養支援" }, better = "higher",
  value = yes "かかりつけ医がいる", by = areas.of "none" }
indicator { id = "wakayama.talked_with_family.share", name = "人生の最終段階における医療について家族と話し合ったことがある者の割合", unit = "%", decimals = 1,
  kind = "outcome", stages = { "看取り" }, better = "higher",
  value = yes "家族と話し合ったことがある", by = areas.of "none" }
indicator { id = "wakayama.confirming_wishes.areas", name = "患者の意思確認をするための体制", unit = "圏域",
  kind = "structure", stages = { "看取り" }, better = "higher", definition = "患者の意思を確認する体制のある二次医療圏の数",
  value = facts "acp_activities" { activity = "意思確認の体制", running = true }:areas { set = "secondary" }, by = areas.of "none" }
