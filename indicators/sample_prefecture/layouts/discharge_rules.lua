-- 在宅医療圏ごとの表（Shift_JIS、○×、和暦の日付）
return {
  table     = "discharge_rules",
  label     = "退院支援ルール",
  columns   = {
    { name = "area",     from = "在宅医療圏コード" },
    { name = "in_force", from = "設定状況", type = "bool" },
    { name = "since",    from = "運用開始日", type = "date" },
  },
  constants = { area_set = "home_care", period = "FY2024" },
}
