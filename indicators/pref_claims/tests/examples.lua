-- SPDX-License-Identifier: MIT
example "奈良県: KDBがなければNDBオープンデータの算定回数を足す。秘匿されたコードがあれば下限" {
  period = "FY2022",
  areas  = { prefecture = { ["29"] = { "2901", "2902" } } },
  given  = { ndb_items = {
    { area = "2901", area_set = "secondary", item = "114018670", name = "死亡診断加算", kind = "medical", setting = "outpatient", addition = true, value = 12 },
    { area = "2902", area_set = "secondary", item = "114018670", name = "死亡診断加算", kind = "medical", setting = "outpatient", addition = true, value = "masked" } } },
  expect = { ["nara.death_certified.items"] = {
    { area = "2901", set = "secondary", period = "FY2022", value = 12 }, { area = "29", period = "FY2022", value = 12, state = "partial" } } },
}
example "沖縄県: 日数の合計を人数の合計で割る（市町村の平均の平均ではない）" {
  given  = { hospital_stays = { { area = "47201", discharged = 10, days = 100 }, { area = "47205", discharged = 30, days = 900 } } },
  expect = { ["okinawa.length_of_stay.days"] = { ["47"] = 25, ["47201"] = 10 } },
}
example "石川県: 新規入院のない市町村では率がない" {
  given  = { dementia_admissions = { { area = "17201", admitted = 8, left_in_2_months = 2 }, { area = "17202", admitted = 0, left_in_2_months = 0 } } },
  expect = { ["ishikawa.dementia_discharge.rate"] = { ["17"] = 25, ["17202"] = "not_computable" } },
}
