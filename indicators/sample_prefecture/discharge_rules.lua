-- 退院支援ルールを設定している在宅医療圏（二次医療圏ではなく、在宅医療圏の全部で設定して「策定済み」）
local rules = facts_table { id = "discharge_rules", label = "退院支援ルール",
  columns = { { "in_force", "bool", label = "設定済み" }, { "since", "date", label = "運用開始日" } } }
local set = rules { in_force = true }

indicator { id = "sample.discharge_rule.areas", name = "退院支援ルールを設定している在宅医療圏数",
  unit = "圏域", value = set:areas(), by = areas.of "none" }
indicator { id = "sample.discharge_rule.all", name = "在宅医療圏の全部で策定済み",
  unit = "該当", value = all_of(areas.all "home_care", set), by = areas.of "none" }
indicator { id = "sample.discharge_rule.share", name = "退院支援ルールを設定している在宅医療圏の割合",
  unit = "%", decimals = 1, value = share(set, areas.all "home_care"), by = areas.of "none" }
