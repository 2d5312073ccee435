-- SPDX-License-Identifier: MIT
-- 兵庫県: 強化型訪問看護ステーション、地域包括ケア病床を有する圏域数
local has = facts "area_activities" { institutions = from(1) }

indicator { id = "hyogo.enhanced_nursing.areas", name = "強化型訪問看護ステーションを有する圏域数", unit = "圏域",
  kind = "structure", stages = { "急変時の対応" }, better = "higher",
  value = has:where { activity = "強化型訪問看護ステーション" }:areas(), by = areas.of "none" }
indicator { id = "hyogo.community_care_ward.areas", name = "地域包括ケア病床を有する圏域数", unit = "圏域",
  kind = "structure", stages = { "急変時の対応" }, better = "higher",
  value = has:where { activity = "地域包括ケア病床" }:areas(), by = areas.of "none" }
