-- SPDX-License-Identifier: MIT
-- 沖縄県: 退院患者平均在院日数
local stays = facts "hospital_stays"

indicator { id = "okinawa.length_of_stay.days", name = "退院患者平均在院日数", unit = "日", decimals = 1,
  kind = "process", stages = { "退院支援" }, better = "lower",
  value = ratio(stays:sum "days", stays:sum "discharged"), by = areas.of "none" }
