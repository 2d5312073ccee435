-- SPDX-License-Identifier: MIT
-- 入院の資料（患者調査、精神保健福祉資料）から
facts_table { id = "hospital_stays", label = "退院患者", columns = {
  { "discharged", "int", unit = "人", label = "退院患者" }, { "days", "int", unit = "日", label = "在院日数の合計" } } }
facts_table { id = "dementia_admissions", label = "新規に入院した認知症患者", columns = {
  { "admitted", "int", unit = "人", label = "新規入院" }, { "left_in_2_months", "int", unit = "人", label = "2か月以内の退院" } } }
