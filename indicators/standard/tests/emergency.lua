-- SPDX-License-Identifier: MIT
-- 急変時の対応の指標の例。数値は架空（tests/cases.lua）
local cases = require "tests.cases"

example "往診料と特別往診料を足す" {
  period = "FY2022",
  given  = cases.ndb("114000110", "114001610"),
  expect = {
    ["homecare.house_call.patients"]         = cases.patients,
    ["homecare.house_call.items"]            = cases.items,
    ["homecare.house_call.patients_by_item"] = cases.split("往診料", "往診料", "特別往診料", 30, 12),
    ["homecare.house_call.items_by_item"]    = cases.split("往診料", "往診料", "特別往診料", 300, 120),
  },
}

example "往診: 国保データベース" {
  period = "FY2022",
  given  = cases.kdb("114000110", "114001610"),
  expect = { ["homecare.house_call.institutions"] = cases.institutions, ["homecare.house_call.patients"] = cases.monthly },
}
