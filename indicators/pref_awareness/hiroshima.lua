-- SPDX-License-Identifier: MIT
-- 広島県: ACPの普及啓発を実施している地域
indicator { id = "hiroshima.acp.areas", name = "ACPの普及啓発を実施している地域", unit = "市町",
  kind = "structure", stages = { "看取り" }, better = "higher",
  value = facts "acp_activities" { activity = "ACPの普及啓発", running = true }:areas { set = "municipality" }, by = areas.of "none" }
