facts_table { id = "acp_outreach", label = "ACPの普及啓発",
  columns = { { "area", "code" }, { "held", "int", unit = "回", label = "開催回数" } } }
facts_table { id = "discharge_rules", label = "退院支援ルール",
  columns = { { "in_force", "bool", label = "運用中" } } }
