-- SPDX-License-Identifier: MIT
-- 佐賀県: 入院時情報連携加算の取得件数
indicator { id = "saga.admission_information.cases", name = "入院時情報連携加算の取得件数", unit = "件",
  kind = "process", stages = { "退院支援" }, better = "higher",
  value = facts "care_additions" { addition = "入院時情報連携加算" }:sum "cases", by = areas.of "none" }
