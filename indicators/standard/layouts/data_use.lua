-- 追加的需要の検討に用いたデータ（標準パックの data/data_use.csv）
-- facts.data_use: which prefecture used which data; the standard pack's own transcription.
return {
  table     = "data_use",
  label     = "追加的需要の検討に用いたデータ",
  columns   = {
    { name = "area",   from = "都道府県コード", level = "prefecture" },
    { name = "data",   from = "データ", key = true },
    { name = "answer", from = "活用状況" },
  },
  constants = { period = "FY2017" },
}
