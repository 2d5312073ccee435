-- 在宅医療・介護連携推進事業の事業項目別の実施状況（標準パックの data/project_items.csv）
-- facts.project_items: the eight items by year, of the nation.
return {
  table     = "project_items",
  label     = "在宅医療・介護連携推進事業の事業項目別の実施状況",
  columns   = {
    { name = "period",  from = "年度" },
    { name = "edition", from = "値の種類" },
    { name = "item",    from = "事業項目", key = true },
    { name = "running", from = "実施している",   type = "decimal", scale = 1, unit = "%" },
    { name = "planned", from = "実施予定",       type = "decimal", scale = 1, unit = "%" },
    { name = "none",    from = "実施していない", type = "decimal", scale = 1, unit = "%" },
  },
  constants = { area_set = "nation", area = "00" },
}
