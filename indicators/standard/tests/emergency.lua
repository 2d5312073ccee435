-- SPDX-License-Identifier: MIT
-- 急変時の対応の指標の例。数値は架空
example "往診料と特別往診料を足す" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114000110", kind = "medical", setting = "all", area = "2901", value = 30 },
      { item = "114001610", kind = "medical", setting = "all", area = "2901", value = 12 },
      { item = "114000110", kind = "medical", setting = "all", area = "2902", value = 20 },
      { item = "114001610", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "114000110", kind = "medical", setting = "all", area = "2901", value = 300 },
      { item = "114001610", kind = "medical", setting = "all", area = "2901", value = 120 },
      { item = "114000110", kind = "medical", setting = "all", area = "2902", value = 200 },
      { item = "114001610", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.house_call.patients"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.house_call.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.house_call.patients_by_item"] = {
      { area = "2901", dimensions = "往診料=往診料", value = 30 },
      { area = "2902", dimensions = "往診料=特別往診料", state = "masked" },
    },
    ["homecare.house_call.items_by_item"] = {
      { area = "2901", dimensions = "往診料=特別往診料", value = 120 },
    },
  },
}
