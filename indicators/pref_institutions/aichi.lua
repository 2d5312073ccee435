-- SPDX-License-Identifier: MIT
-- 愛知県: 施設の数
indicator { id = "aichi.enhanced_supporting.institutions", name = "機能強化型在宅療養支援診療所・病院数", unit = "施設",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "listed_institutions" { designation = { "機能強化型在宅療養支援診療所", "機能強化型在宅療養支援病院" } }:distinct "institution", by = areas.of "none" }
indicator { id = "aichi.enhanced_nursing.institutions", name = "強化型訪問看護ステーション数", unit = "事業所",
  kind = "structure", stages = { "急変時の対応" }, better = "higher",
  value = facts "listed_institutions" { designation = "強化型訪問看護ステーション" }:distinct "institution", by = areas.of "none" }
