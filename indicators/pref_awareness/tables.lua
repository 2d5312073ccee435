-- SPDX-License-Identifier: MIT
-- 県民調査の回答数、ACPなどの取組をしている圏域
facts_table { id = "residents_survey", label = "県民調査", columns = {
  { "question", "code", key = true, label = "質問" }, { "ages", "code", key = true, label = "年齢" },
  { "answered", "int", unit = "人", label = "回答した人" }, { "yes", "int", unit = "人", label = "はいと答えた人" } } }
facts_table { id = "acp_activities", label = "ACPと意思確認の取組", columns = {
  { "activity", "code", key = true, label = "取組" }, { "running", "bool", label = "実施している" } } }
