-- 市町村調査の表（UTF-8）。「未報告」はそのまま未報告として扱われる
return {
  table   = "acp_outreach",
  label   = "ACPの普及啓発",
  columns = {
    { name = "area",   from = "市町村コード", level = "municipality" },
    { name = "period", from = "年度" },
    { name = "held",   from = "開催回数", type = "int", unit = "回" },
  },
}
