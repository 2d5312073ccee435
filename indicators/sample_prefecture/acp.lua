-- ACPの普及啓発を実施している市町村の数と割合（市町村への独自調査から）
local acp = facts_table { id = "acp_outreach", label = "ACPの普及啓発",
  columns = { { "held", "int", unit = "回", label = "開催回数" } } }
local doing = acp { held = from(1) }

indicator { id = "sample.acp.areas", name = "ACPの普及啓発を実施している市町村数", unit = "市町村",
  kind = "structure", stages = { "看取り" },
  value = doing:areas(), by = areas.of "none" }

indicator { id = "sample.acp.share", name = "ACPの普及啓発を実施している市町村の割合", unit = "%",
  kind = "structure", stages = { "看取り" }, decimals = 1,
  value = share(doing:areas(), areas.all "municipality", { unreported = "exclude" }), by = areas.of "none" }
