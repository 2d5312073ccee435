-- SPDX-License-Identifier: MIT
-- 北海道: 第二次医療圏数（取組を実施している施設が1つ以上ある圏域）
for activity, x in pairs {
  ["機能強化型在宅療養支援診療所又は病院"]       = { "supporting_clinic", "機能強化型在宅療養支援診療所又は病院のある第二次医療圏数", "急変時の対応" },
  ["退院支援"]                                   = { "discharge_support", "退院支援を実施している医療機関のある第二次医療圏数", "退院支援" },
  ["在宅療養後方支援病院"]                       = { "backup_hospital", "在宅療養後方支援病院のある第二次医療圏数", "急変時の対応" },
  ["在宅看取り"]                                 = { "home_death_care", "在宅看取りを実施する医療機関のある第二次医療圏数", "看取り" },
  ["24時間体制の訪問看護ステーション"]           = { "nursing_24h", "24時間体制の訪問看護ステーションのある第二次医療圏数", "急変時の対応" },
  ["歯科訪問診療"]                               = { "dental_visit", "歯科訪問診療を実施している診療所のある第二次医療圏数", "日常の療養支援" },
  ["訪問薬剤管理指導・居宅療養管理指導"]         = { "pharmacy_visit", "訪問薬剤管理指導・居宅療養管理指導を実施する薬局のある第二次医療圏数", "日常の療養支援" },
} do
  indicator { id = "hokkaido." .. x[1] .. ".areas", name = x[2], unit = "圏域", kind = "structure", stages = { x[3] },
    better = "higher", value = facts "area_activities" { activity = activity, institutions = from(1) }:areas(), by = areas.of "none" }
end
