-- SPDX-License-Identifier: MIT
-- 京都府: 施設の数
indicator { id = "kyoto.visiting_rehabilitation.institutions", name = "訪問リハ実施機関数", unit = "施設",
  kind = "process", stages = { "日常の療養支援" }, better = "higher",
  value = facts "listed_institutions" { designation = "訪問リハビリテーション" }:distinct "institution", by = areas.of "none" }
