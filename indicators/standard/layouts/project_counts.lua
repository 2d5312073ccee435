-- 実施している事業項目の数別の市町村数（標準パックの data/project_counts.csv）
-- facts.project_counts: how many items municipalities run, of the nation.
return {
  table     = "project_counts",
  label     = "実施している事業項目の数別の市町村数",
  columns   = {
    { name = "period",  from = "年度" },
    { name = "edition", from = "値の種類" },
    { name = "answer",  from = "実施状況", key = true },
    { name = "items",   from = "実施している項目数", type = "int", unit = "項目" },
    { name = "municipalities", from = "市町村数",    type = "int", unit = "市町村" },
  },
  constants = { area_set = "nation", area = "00" },
}
