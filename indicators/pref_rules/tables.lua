-- SPDX-License-Identifier: MIT
-- 圏域ごとの退院支援ルール（仕組み）の有無
facts_table { id = "coordination_rules", label = "退院支援ルール", columns = {
  { "in_force", "bool", label = "設定している" }, { "since", "date", label = "運用開始日" } } }
