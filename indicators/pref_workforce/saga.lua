-- SPDX-License-Identifier: MIT
-- 佐賀県: 人材と研修の目標
indicator { id = "saga.team_training.times", name = "医療・介護の多職種による研修会等の開催回数", unit = "回",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "trainings" { course = "多職種による研修会" }:sum "times", by = areas.of "none" }
indicator { id = "saga.end_of_life_training.facilities", name = "看取り研修を受講した介護施設延べ数", unit = "施設（延べ）",
  kind = "structure", stages = { "看取り" }, better = "higher",
  value = facts "trainings" { course = "看取り研修" }:sum "facilities", by = areas.of "none" }
