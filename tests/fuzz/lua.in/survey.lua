-- ACPの普及啓発を実施している地域の割合（県の独自調査から）
local acp = facts "acp_outreach"                                   -- 市町村, 年度, 開催回数
indicator { id = "pref.acp.areas", name = "ACPの普及啓発を実施している地域の割合", unit = "%",
  value = share(acp { held = from(1) }:areas(), areas.all "municipality", { unreported = "exclude" }) }

-- 退院支援ルールを設定している在宅医療圏数、全圏域で設定済みか
local rules = facts "discharge_rules"
indicator { id = "pref.discharge_rule.areas", name = "退院支援ルールを設定している在宅医療圏数", unit = "圏域",
  value = rules { in_force = true }:areas() }
indicator { id = "pref.discharge_rule.all", name = "全圏域で策定済み", unit = "該当",
  value = all_of(areas.all "home_care", rules { in_force = true }) }
