-- SPDX-License-Identifier: MIT
-- 看取りの指標の例。数値は架空
example "在宅ターミナルケア加算は居住の場所で分ける" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114018170", kind = "medical", setting = "all", area = "2901", value = 30 },
      { item = "114042370", kind = "medical", setting = "all", area = "2901", value = 12 },
      { item = "114018170", kind = "medical", setting = "all", area = "2902", value = 20 },
      { item = "114042370", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "114018170", kind = "medical", setting = "all", area = "2901", value = 300 },
      { item = "114042370", kind = "medical", setting = "all", area = "2901", value = 120 },
      { item = "114018170", kind = "medical", setting = "all", area = "2902", value = 200 },
      { item = "114042370", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.terminal_care.patients"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.terminal_care.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.terminal_care.patients_by_item"] = {
      { area = "2901", dimensions = "訪問の種類=訪問診療(1) 有料老人ホーム等以外", value = 30 },
      { area = "2902", dimensions = "訪問の種類=訪問診療(1) 有料老人ホーム等", state = "masked" },
    },
    ["homecare.terminal_care.items_by_item"] = {
      { area = "2901", dimensions = "訪問の種類=訪問診療(1) 有料老人ホーム等", value = 120 },
    },
  },
}

example "看取り加算（2024年6月からのコードは令和4年度に数えない）" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114018570", kind = "medical", setting = "all", area = "2901", value = 40 },
      { item = "114706010", kind = "medical", setting = "all", area = "2901", value = 5 },
    },
    ndb_items = {
      { item = "114018570", kind = "medical", setting = "all", area = "2901", value = 40 },
      { item = "114706010", kind = "medical", setting = "all", area = "2901", value = 5 },
    },
  },
  expect = {
    ["homecare.attended_death.patients"] = {
      { area = "2901", value = 40 },
    },
    ["homecare.attended_death.items"] = {
      { area = "2901", value = 40 },
    },
  },
}

example "死亡診断加算と、看取り数（看取り加算＋死亡診断加算）" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114007270", kind = "medical", setting = "all", area = "2901", value = 20 },
      { item = "114018670", kind = "medical", setting = "all", area = "2901", value = 3 },
    },
    ndb_items = {
      { item = "114018570", kind = "medical", setting = "all", area = "2901", value = 40 },
      { item = "114007270", kind = "medical", setting = "all", area = "2901", value = 20 },
      { item = "114018670", kind = "medical", setting = "all", area = "2901", value = "masked" },
    },
  },
  expect = {
    ["homecare.death_certified.patients"] = {
      { area = "2901", value = 23 },
    },
    ["homecare.death_certified.items"] = {
      { area = "2901", value = 20, state = "partial" },
    },
    ["homecare.death_certified.patients_by_item"] = {
      { area = "2901", dimensions = "加算される診療料=往診料", value = 20 },
    },
    ["homecare.death_certified.items_by_item"] = {
      { area = "2901", dimensions = "加算される診療料=訪問診療料", state = "masked" },
      { area = "2901", dimensions = "加算される診療料=往診料", value = 20 },
    },
    ["homecare.deaths_at_home.items"] = {
      { area = "2901", value = 60, state = "partial" },
    },
  },
}
