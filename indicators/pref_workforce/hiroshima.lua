-- SPDX-License-Identifier: MIT
-- 広島県: 人材と研修の目標
indicator { id = "hiroshima.pharmacists.people", name = "在宅医療の知る向上のための知識・技術を習得し、多職種連携研修を終了した薬剤師数", unit = "人",
  kind = "process", stages = { "日常の療養支援" }, better = "higher",
  value = facts "trainings" { course = "薬剤師の多職種連携研修" }:sum "people", by = areas.of "none" }
