-- 市区町村コードの変更（市町村合併・政令指定都市移行・コード変更）の表
-- area_changes: which municipality code became which on which day. Codes have check digits; a code
-- that goes on is listed with itself. Rows without a code before (新設の区) are left out: such a
-- code was nothing before.
return {
  contract = "area_changes",
  label    = "市区町村コードの変更",
  columns  = {
    { name = "changed_on",  from = "date" },
    { name = "before",      from = "before_code", level = "municipality" },
    { name = "after",       from = "after_code",  level = "municipality" },
    { name = "before_name", from = "before_city_name" },
    { name = "after_name",  from = "after_city_name" },
  },
  constants = { area_set = "municipality" },
  where     = { { column = "before_code", is_not = "NA" } },
  distinct  = true,
}
