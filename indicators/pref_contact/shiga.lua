-- SPDX-License-Identifier: MIT
-- 滋賀県: 入退院時の病院とケアマネジャーの連携率
local cases = facts "coordination_survey" { occasion = { "入院", "退院" } }

indicator { id = "shiga.hospital_care_manager.rate", name = "入退院時の病院とケアマネジャーの連携率", unit = "%", decimals = 1,
  kind = "structure", stages = { "退院支援" }, better = "higher",
  value = percent(cases:sum "contacted", cases:sum "cases"), by = areas.of "none" }
