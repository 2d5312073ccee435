-- SPDX-License-Identifier: MIT
-- 愛媛県: 施設の数
indicator { id = "ehime.enhanced_nursing.institutions", name = "機能強化型訪問看護ステーション数", unit = "事業所",
  kind = "structure", stages = { "急変時の対応" }, better = "higher",
  value = facts "listed_institutions" { designation = "機能強化型訪問看護ステーション" }:distinct "institution", by = areas.of "none" }
