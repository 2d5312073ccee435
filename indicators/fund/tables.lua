-- SPDX-License-Identifier: MIT
-- 事業（1年度の計画に1事業1行）と、事業の目標
facts_table { id = "fund_projects", label = "基金の事業", columns = {
  { "project", "code", label = "事業番号", key = true }, { "name", "text", label = "事業名" },
  { "category", "code", label = "区分（1〜6）" }, { "use", "code", label = "使途" }, { "profession", "code", label = "対象職種" },
  { "cost", "int", unit = "千円", label = "費用" }, { "national", "int", unit = "千円", label = "うち国" },
  { "prefectural", "int", unit = "千円", label = "うち都道府県" }, { "years", "int", unit = "年", label = "実施期間" },
  { "state", "code", label = "実施状況（完了・実施中・未着手）" }, { "opinions", "bool", label = "関係者の意見を聴いた" },
  { "evaluated", "bool", label = "事後評価をした" } } }
facts_table { id = "fund_goals", label = "基金の事業の目標", columns = {
  { "project", "code", label = "事業番号", key = true }, { "goal", "code", label = "目標番号", key = true },
  { "achieved", "bool", label = "達成" }, { "improvement", "bool", label = "改善の方向性の記載" } } }
