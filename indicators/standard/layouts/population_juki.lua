-- 住民基本台帳年齢階級別人口（市区町村別）: 市区町村・男女・5歳階級
-- population of municipalities by the basic resident register, at 1 January of the year given in
-- the project: constants = { period = "2025-01-01" }.
-- Left out: 計 (the sum of 男 and 女), prefectures and the nation (市区町村名 or 団体コード "-"),
-- counties (郡) and 島しょ, which are sums, and designated cities, which are the sums of their wards.
return {
  contract    = "population",
  label       = "住民基本台帳人口（市区町村）",
  header      = "総数",
  header_rows = 2,
  columns     = {
    { name = "area", from = "団体コード" },
    { name = "sex",  from = "性別" },
  },
  constants   = { area_set = "municipality", projection = false },
  recode      = { sex = { ["男"] = "male", ["女"] = "female" } },
  where       = {
    { column = "性別", is = { "男", "女" } },
    { column = "団体コード", is_not = {
        "-",
        "011002", "041009", "111007", "121002", "141003", "141305", "141500", "151009", "221007",
        "221309", "231002", "261009", "271004", "271403", "281000", "331007", "341002", "401005",
        "401307", "431001" } },
    { column = "市区町村名", is_not = { "-", "島しょ" }, not_ends = "郡" },
  },
  unpivot     = {
    into    = "value",
    columns = {
      "{age_from}歳～{age_to}歳|人",
      { from = "100歳以上|人", age_from = 100 },
    },
  },
  signs       = { hyphen = "masked", letter_x = "masked", asterisk = "masked", blank = "masked" },
}
