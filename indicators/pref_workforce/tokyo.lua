-- SPDX-License-Identifier: MIT
-- 東京都: 人材と研修の目標
indicator { id = "tokyo.discharge_training.people", name = "入退院支援に関わる研修受講者数", unit = "人",
  kind = "structure", stages = { "退院支援" }, better = "higher",
  value = facts "trainings" { course = "入退院支援研修" }:sum "people", by = areas.of "none" }
