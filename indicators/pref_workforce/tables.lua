-- SPDX-License-Identifier: MIT
-- 研修と人材の実績（県の事業報告から）、指定研修機関の名簿
facts_table { id = "trainings", label = "研修と人材", columns = {
  { "course", "code", key = true, label = "研修・取組" }, { "people", "int", unit = "人", label = "受講者・参加者" },
  { "times", "int", unit = "回", label = "開催回数" }, { "facilities", "int", unit = "施設", label = "受講した施設（延べ）" } } }
facts_table { id = "designated_institutions", label = "指定機関の名簿", columns = {
  { "institution", "code", key = true, label = "機関" }, { "designation", "code", key = true, label = "指定の種類" } } }
