-- SPDX-License-Identifier: MIT
-- 京都府: 人材と研修の目標
indicator { id = "kyoto.team_leaders.people", name = "地域で在宅チームの連携の要となる人材の養成数", unit = "人",
  kind = "process", stages = { "日常の療養支援" }, better = "higher",
  value = facts "trainings" { course = "在宅チームの連携の要となる人材" }:sum "people", by = areas.of "none" }
