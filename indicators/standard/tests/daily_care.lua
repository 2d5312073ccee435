-- SPDX-License-Identifier: MIT
-- 日常の療養支援の指標の例。数値は架空（tests/cases.lua）
local cases = require "tests.cases"

example "訪問診療の患者数は主なコードだけを数え、秘匿の圏域は率も秘匿" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114001110", kind = "medical", setting = "all", area = "2901", value = 50 },
      { item = "114030310", kind = "medical", setting = "all", area = "2901", value = 7 },
      { item = "114001110", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "114001110", kind = "medical", setting = "all", area = "2903", value = 0 },
      { item = "199999999", kind = "medical", setting = "all", area = "2904", value = 5 },
    },
    population = cases.ndb("x", "y").population,
  },
  expect = {
    ["homecare.visit_care.patients"] = {
      { area = "2901", value = 50 },
      { area = "2902", state = "masked" },
      { area = "2903", value = 0 },
      { area = "2904", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 2 },
      { area = "2901", measure = "rate:10000:75+", value = 20 },
      { area = "2902", measure = "rate:10000:75+", state = "masked" },
    },
  },
}

local one, two = "(1)1 同一建物居住者以外", "(1)1 同一建物居住者"
example "訪問診療の全コードの患者数は延べで、県の値は県の表から" {
  period = "FY2022",
  given  = cases.ndb("114001110", "114030310"),
  expect = {
    ["homecare.visit_care.patients_all"]     = cases.patients,
    ["homecare.visit_care.items"]            = cases.items,
    ["homecare.visit_care.patients_by_item"] = cases.split("訪問診療料", one, two, 30, 12),
    ["homecare.visit_care.items_by_item"]    = cases.split("訪問診療料", one, two, 300, 120),
  },
}

example "患者数は圏域の値を足して県の値にしない" {
  period = "FY2022",
  given  = {
    areas = {
      { area_set = "nation", area = "00", name = "全国" },
      { area_set = "prefecture", area = "29", name = "奈良県" },
      { area_set = "secondary", area = "2901", name = "奈良" },
      { area_set = "secondary", area = "2902", name = "東和" },
    },
    area_members = {
      { area_set = "prefecture", area = "29", member_set = "secondary", member = "2901" },
      { area_set = "prefecture", area = "29", member_set = "secondary", member = "2902" },
    },
    ndb_patients = {
      { item = "114001110", kind = "medical", setting = "all", area = "2901", value = 100, area_set = "secondary" },
      { item = "114001110", kind = "medical", setting = "all", area = "2902", value = 50, area_set = "secondary" },
    },
    ndb_items = {
      { item = "114001110", kind = "medical", setting = "all", area = "2901", value = 700, area_set = "secondary" },
      { item = "114001110", kind = "medical", setting = "all", area = "2902", value = 300, area_set = "secondary" },
    },
  },
  expect = {
    ["homecare.visit_care.patients"] = { ["29"] = "not_computable" },
    ["homecare.visit_care.items"]    = { ["29"] = 1000 },
  },
}

example "訪問診療: 国保データベースがあれば、医療機関の数と月平均の実人数" {
  period = "FY2022",
  given  = cases.kdb("114001110", "114030310"),
  expect = { ["homecare.visit_care.institutions"] = cases.institutions, ["homecare.visit_care.patients"] = cases.monthly },
}

local few, some = "単一建物1人", "単一建物2～9人"
example "訪問薬剤管理指導（医療機関）" {
  period = "FY2022",
  given  = cases.ndb("114044710", "114044810"),
  expect = {
    ["homecare.pharmacist_visit.patients"]         = cases.patients,
    ["homecare.pharmacist_visit.items"]            = cases.items,
    ["homecare.pharmacist_visit.patients_by_item"] = cases.split("人数", few, some, 30, 12),
    ["homecare.pharmacist_visit.items_by_item"]    = cases.split("人数", few, some, 300, 120),
  },
}

example "訪問薬剤管理指導（医療機関）: 国保データベース" {
  period = "FY2022",
  given  = cases.kdb("114044710", "114044810"),
  expect = { ["homecare.pharmacist_visit.medical_institutions"] = cases.institutions,
             ["homecare.pharmacist_visit.patients"] = cases.monthly },
}

example "在宅療養支援を担う医療機関は、機能があると報告したものだけ数える" {
  period = "FY2022",
  given  = {
    bed_institutions = {
      { institution = "A", area = "2901", home_care_support = true },
      { institution = "B", area = "2901", home_care_support = false },
      { institution = "C", area = "2901", home_care_support = true },
      { institution = "D", area = "2902", home_care_support = false },
    },
    population = cases.ndb("x", "y").population,
  },
  expect = {
    ["homecare.support.institutions"] = {
      { area = "2901", value = 2 },
      { area = "2902", value = 0 },
      { area = "2901", measure = "rate:10000:75+", value = 0.8 },
    },
  },
}
