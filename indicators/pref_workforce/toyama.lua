-- SPDX-License-Identifier: MIT
-- 富山県: 人材と研修の目標
indicator { id = "toyama.doctor_groups.doctors", name = "在宅医療を行う開業医グループへの参加医師数", unit = "人",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "trainings" { course = "開業医グループ" }:sum "people", by = areas.of "none" }
