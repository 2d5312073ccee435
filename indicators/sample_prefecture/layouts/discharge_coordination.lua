-- 調査の表（横に年度が並び、見出しは2行）を縦に直す
return {
  table       = "discharge_coordination",
  label       = "退院調整",
  header      = "市町村コード",
  header_rows = 2,
  columns     = { { name = "area", from = "市町村コード", level = "municipality" } },
  where       = { { column = "市町村コード", blank = false } },
  unpivot     = {
    into    = "value", unit = "人", label = "人数",
    columns = {
      { from = "令和5年度|退院した人",       period = "FY2023", people = "discharged" },
      { from = "令和5年度|うち連絡なし",     period = "FY2023", people = "no_contact" },
      { from = "令和6年度|退院した人",       period = "FY2024", people = "discharged" },
      { from = "令和6年度|うち連絡なし",     period = "FY2024", people = "no_contact" },
    },
  },
}
