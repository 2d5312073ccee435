-- SPDX-License-Identifier: MIT
-- 広島県: 訪問看護ステーション空白地域数（ステーションが1つもない市町）
indicator { id = "hiroshima.no_nursing.areas", name = "訪問看護ステーション空白地域数", unit = "市町",
  kind = "structure", stages = { "日常の療養支援" }, better = "lower",
  value = facts "municipal_counts" { subject = "訪問看護ステーション", number = to(0) }:areas(), by = areas.of "none" }
