-- SPDX-License-Identifier: MIT
-- 山梨県: 看護師の特定行為指定機関の県内設置数
local designated = facts "designated_institutions" { designation = "特定行為研修指定研修機関" }

indicator { id = "yamanashi.specified_acts.institutions", name = "看護師の特定行為指定機関の県内設置数", unit = "機関",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = designated:distinct "institution", by = areas.of "none" }
