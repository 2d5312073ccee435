-- SPDX-License-Identifier: MIT
-- 居宅介護支援事業所・病院への調査から
facts_table { id = "coordination_survey", label = "入退院時の連携の調査", columns = {
  { "occasion", "code", key = true, label = "場面" },
  { "cases", "int", unit = "件", label = "件数" }, { "contacted", "int", unit = "件", label = "連絡・連携のあった件数" } } }
facts_table { id = "care_additions", label = "介護報酬の加算の取得件数", columns = {
  { "addition", "code", key = true, label = "加算" }, { "cases", "int", unit = "件", label = "取得件数" } } }
