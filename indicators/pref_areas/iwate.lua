-- SPDX-License-Identifier: MIT
-- 岩手県: 24時間対応訪問看護ステーションがある圏域数
local stations = facts "area_activities" { activity = "24時間対応訪問看護ステーション", institutions = from(1) }

indicator { id = "iwate.nursing_24h.areas", name = "24時間対応訪問看護ステーションがある圏域数", unit = "圏域",
  kind = "structure", stages = { "急変時の対応" }, better = "higher",
  value = stations:areas(), by = areas.of "none" }
