-- SPDX-License-Identifier: MIT
-- 石川県: 人材と研修の目標
indicator { id = "ishikawa.dementia_training.doctors", name = "かかりつけ医等認知症対応能力向上研修終了者数", unit = "人",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "trainings" { course = "かかりつけ医等認知症対応能力向上研修" }:sum "people", by = areas.of "none" }
indicator { id = "ishikawa.dementia_support.doctors", name = "認知症サポート医研修終了者数", unit = "人",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "trainings" { course = "認知症サポート医研修" }:sum "people", by = areas.of "none" }
