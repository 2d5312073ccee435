-- 日本の地域別将来推計人口 結果表3-4: 総人口に占める75歳以上人口の割合（市区町村）
-- share of people aged 75 and over, 2020 (census) to 2050, by municipality. Designated cities
-- (市などの別 1) are left out beside their wards, prefectures (a) and 浜通り地域 (9) too.
return {
  table       = "share_75",
  label       = "75歳以上人口の割合（将来推計）",
  label_en    = "Share of people aged 75 and over (projection)",
  basis       = "residence",
  not_additive = { "area", "period" },
  header      = "コード",
  header_rows = 2,
  columns     = { { name = "area", from = "コード", level = "municipality" } },
  where       = { { column = "市などの別", is = { "0", "2", "3" } } },
  unpivot     = {
    into    = "share", type = "decimal", scale = 4, unit = "%",
    label   = "75歳以上人口の割合", label_en = "Share of 75+",
    columns = { "{period}年" },
  },
}
