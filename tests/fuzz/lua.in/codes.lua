-- 例のためのコードの一覧（属性の値は例）
code_list {
  id = "visit_care", label = "在宅患者訪問診療料", system = "診療行為コード",
  entries = { { "114001110", "在宅患者訪問診療料（1）1（同一建物居住者以外）" } },
}
code_list { id = "home_care", label = "在宅医療", entries = { "114001110", "114018210" } }
code_list { id = "chronic_ward_category1", label = "療養病棟入院基本料（医療区分1）", entries = { "190117710" } }
code_list {
  id = "management_fee", label = "在宅時医学総合管理料など",
  attributes = { "residence", "severity" },
  entries = {
    { "114018210", "例1", from = "2016-04-01", to = "2024-05-31", residence = "居宅", severity = "重症" },
    { "114018310", "例2", from = "2016-04-01", residence = "施設", severity = "軽症" },
  },
}
