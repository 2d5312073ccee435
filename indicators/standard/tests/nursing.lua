-- SPDX-License-Identifier: MIT
-- 訪問看護の指標の例。数値は架空（tests/cases.lua）。届ける表による値は tests/standard_list.lua
local cases = require "tests.cases"

local apart, same = "同一建物居住者以外", "同一建物居住者"
example "医療機関の訪問看護は同一建物かどうかで分ける" {
  period = "FY2022",
  given  = cases.ndb("114004510", "114026810"),
  expect = {
    ["homecare.nurse_visit.patients"]         = cases.patients,
    ["homecare.nurse_visit.items"]            = cases.items,
    ["homecare.nurse_visit.patients_by_item"] = cases.split("居住", apart, same, 30, 12),
    ["homecare.nurse_visit.items_by_item"]    = cases.split("居住", apart, same, 300, 120),
  },
}

example "医療機関の訪問看護: 国保データベース" {
  period = "FY2022",
  given  = cases.kdb("114004510", "114026810"),
  expect = { ["homecare.nurse_visit.patients"] = cases.monthly },
}

-- 事業所 O1 は29201、O2 は29206。29201 の A は4月に両方を、B は5月に介護予防を O1 で。C は訪問介護だけ
example "介護保険の訪問看護: 事業所は所在地、利用者は保険者で、月の実人数の平均" {
  period = "FY2022",
  given  = {
    persons      = cases.kdb("x", "y").persons,
    care_offices = { { office = "O1", institution_area = "29201" }, { office = "O2", institution_area = "29206" } },
    care_claims  = {
      { person = "A", month = "2022-04", service = "13", office = "O1" },
      { person = "A", month = "2022-04", service = "13", office = "O2" },
      { person = "B", month = "2022-05", service = "63", office = "O1" },
      { person = "C", month = "2022-05", service = "11", office = "O2" },
    },
    population = cases.kdb("x", "y").population,
  },
  expect = {
    ["homecare.nursing.care_offices"] = cases.institutions,
    ["homecare.nursing.care_users"]   = { { area = "29201", value = 2 / 12 }, { area = "29206", value = 0 } },
  },
}
