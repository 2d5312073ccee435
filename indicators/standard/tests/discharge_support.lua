-- SPDX-License-Identifier: MIT
-- 退院支援の指標の例。数値は架空
example "入退院支援加算はコードを足し、秘匿は除いて下限とする" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "190192310", kind = "medical", setting = "inpatient", area = "2901", value = 30 },
      { item = "190192510", kind = "medical", setting = "inpatient", area = "2901", value = 12 },
      { item = "190192310", kind = "medical", setting = "inpatient", area = "2902", value = 20 },
      { item = "190192510", kind = "medical", setting = "inpatient", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "inpatient", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "190192310", kind = "medical", setting = "inpatient", area = "2901", value = 300 },
      { item = "190192510", kind = "medical", setting = "inpatient", area = "2901", value = 120 },
      { item = "190192310", kind = "medical", setting = "inpatient", area = "2902", value = 200 },
      { item = "190192510", kind = "medical", setting = "inpatient", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "inpatient", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.discharge_support.patients"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.discharge_support.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.discharge_support.patients_by_item"] = {
      { area = "2901", dimensions = "加算=加算1 一般病棟等", value = 30 },
      { area = "2902", dimensions = "加算=加算2 一般病棟等", state = "masked" },
    },
    ["homecare.discharge_support.items_by_item"] = {
      { area = "2901", dimensions = "加算=加算2 一般病棟等", value = 120 },
    },
  },
}

example "介護支援等連携指導料は1つのコードで、秘匿は秘匿のまま、0は0" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "113011710", kind = "medical", setting = "inpatient", area = "2901", value = 50 },
      { item = "113011710", kind = "medical", setting = "inpatient", area = "2902", value = "masked" },
      { item = "113011710", kind = "medical", setting = "inpatient", area = "2903", value = 0 },
      { item = "199999999", kind = "medical", setting = "inpatient", area = "2904", value = 5 },
    },
    ndb_items = {
      { item = "113011710", kind = "medical", setting = "inpatient", area = "2901", value = 125 },
      { item = "113011710", kind = "medical", setting = "inpatient", area = "2902", value = "masked" },
      { item = "113011710", kind = "medical", setting = "inpatient", area = "2903", value = 0 },
      { item = "199999999", kind = "medical", setting = "inpatient", area = "2904", value = 5 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.care_link.patients"] = {
      { area = "2901", value = 50 },
      { area = "2902", state = "masked" },
      { area = "2903", value = 0 },
      { area = "2904", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 2 },
      { area = "2902", measure = "rate:1000:75+", state = "masked" },
    },
    ["homecare.care_link.items"] = {
      { area = "2901", value = 125 },
      { area = "2902", state = "masked" },
    },
  },
}

example "退院時共同指導料1は在支診とそれ以外を足す" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "113008610", kind = "medical", setting = "outpatient", area = "2901", value = 30 },
      { item = "113008710", kind = "medical", setting = "outpatient", area = "2901", value = 12 },
      { item = "113008610", kind = "medical", setting = "outpatient", area = "2902", value = 20 },
      { item = "113008710", kind = "medical", setting = "outpatient", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "outpatient", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "113008610", kind = "medical", setting = "outpatient", area = "2901", value = 300 },
      { item = "113008710", kind = "medical", setting = "outpatient", area = "2901", value = 120 },
      { item = "113008610", kind = "medical", setting = "outpatient", area = "2902", value = 200 },
      { item = "113008710", kind = "medical", setting = "outpatient", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "outpatient", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.joint_guidance_1.patients"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.joint_guidance_1.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.joint_guidance_1.patients_by_item"] = {
      { area = "2901", dimensions = "医療機関=在宅療養支援診療所", value = 30 },
      { area = "2902", dimensions = "医療機関=それ以外", state = "masked" },
    },
    ["homecare.joint_guidance_1.items_by_item"] = {
      { area = "2901", dimensions = "医療機関=それ以外", value = 120 },
    },
  },
}

example "退院時共同指導料2は外来と入院を足す" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "113008910", kind = "medical", setting = "inpatient", area = "2901", value = 7 },
      { item = "113008910", kind = "medical", setting = "outpatient", area = "2901", value = 4 },
      { item = "113008910", kind = "medical", setting = "inpatient", area = "2902", value = 9 },
      { item = "113008910", kind = "medical", setting = "outpatient", area = "2902", value = "masked" },
    },
    ndb_items = {
      { item = "113008910", kind = "medical", setting = "inpatient", area = "2901", value = 14 },
      { item = "113008910", kind = "medical", setting = "outpatient", area = "2901", value = 8 },
      { item = "113008910", kind = "medical", setting = "inpatient", area = "2902", value = 18 },
      { item = "113008910", kind = "medical", setting = "outpatient", area = "2902", value = "masked" },
    },
  },
  expect = {
    ["homecare.joint_guidance_2.patients"] = {
      { area = "2901", value = 11 },
      { area = "2902", value = 9, state = "partial" },
    },
    ["homecare.joint_guidance_2.items"] = {
      { area = "2901", value = 22 },
      { area = "2902", value = 18, state = "partial" },
    },
  },
}

example "退院後訪問指導料は外来と入院を足す" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "113022910", kind = "medical", setting = "inpatient", area = "2901", value = 7 },
      { item = "113022910", kind = "medical", setting = "outpatient", area = "2901", value = 4 },
      { item = "113022910", kind = "medical", setting = "inpatient", area = "2902", value = 9 },
      { item = "113022910", kind = "medical", setting = "outpatient", area = "2902", value = "masked" },
    },
    ndb_items = {
      { item = "113022910", kind = "medical", setting = "inpatient", area = "2901", value = 14 },
      { item = "113022910", kind = "medical", setting = "outpatient", area = "2901", value = 8 },
      { item = "113022910", kind = "medical", setting = "inpatient", area = "2902", value = 18 },
      { item = "113022910", kind = "medical", setting = "outpatient", area = "2902", value = "masked" },
    },
  },
  expect = {
    ["homecare.post_discharge_visit.patients"] = {
      { area = "2901", value = 11 },
      { area = "2902", value = 9, state = "partial" },
    },
    ["homecare.post_discharge_visit.items"] = {
      { area = "2901", value = 22 },
      { area = "2902", value = 18, state = "partial" },
    },
  },
}
