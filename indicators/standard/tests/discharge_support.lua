-- SPDX-License-Identifier: MIT
-- 退院支援の指標の例。数値は架空（tests/cases.lua）
local cases = require "tests.cases"

example "入退院支援加算はコードを足し、秘匿は除いて下限とする" {
  period = "FY2022",
  given  = cases.ndb("190192310", "190192510", "medical", "inpatient"),
  expect = {
    ["homecare.discharge_support.patients"] = cases.patients,
    ["homecare.discharge_support.items"]    = cases.items,
    ["homecare.discharge_support.patients_by_item"] = cases.split("加算", "加算1 一般病棟等", "加算2 一般病棟等", 30, 12),
    ["homecare.discharge_support.items_by_item"] = cases.split("加算", "加算1 一般病棟等", "加算2 一般病棟等", 300, 120),
  },
}

example "入退院支援: 国保データベースでは、医療機関は所在地、患者は保険者で実人数" {
  period = "FY2022",
  given  = cases.kdb("190192310", "190192510"),
  expect = { ["homecare.discharge_support.institutions"] = cases.institutions,
             ["homecare.discharge_support.patients"] = cases.yearly },
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
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 74, value = 75000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.care_link.patients"] = {
      { area = "2901", value = 50 },
      { area = "2902", state = "masked" },
      { area = "2903", value = 0 },
      { area = "2904", state = "missing" },
      { area = "2901", measure = "rate:10000:75+", value = 20 },
      { area = "2902", measure = "rate:10000:75+", state = "masked" },
    },
    ["homecare.care_link.items"] = { ["2901"] = 125, ["2902"] = "masked" },
  },
}

example "介護支援等連携指導料: 国保データベース" {
  period = "FY2022",
  given  = cases.kdb("113011710", "113011710"),
  expect = { ["homecare.care_link.institutions"] = cases.institutions, ["homecare.care_link.patients"] = cases.yearly },
}

example "退院時共同指導料1は在支診とそれ以外を足す" {
  period = "FY2022",
  given  = cases.ndb("113008610", "113008710"),
  expect = {
    ["homecare.joint_guidance_1.patients"] = cases.patients,
    ["homecare.joint_guidance_1.items"]    = cases.items,
    ["homecare.joint_guidance_1.patients_by_item"] = cases.split("医療機関", "在宅療養支援診療所", "それ以外", 30, 12),
    ["homecare.joint_guidance_1.items_by_item"]    = cases.split("医療機関", "在宅療養支援診療所", "それ以外", 300, 120),
  },
}

-- 同じコードの外来と入院。2902 は外来が秘匿で、入院だけの下限
local function settings(rows, code, inpatient, outpatient, known)
  local function add(setting, area, value)
    table.insert(rows, { item = code, kind = "medical", setting = setting, area = area, value = value })
  end
  add("inpatient", "2901", inpatient)
  add("outpatient", "2901", outpatient)
  add("inpatient", "2902", known)
  add("outpatient", "2902", "masked")
  return rows
end
local function both(value, known) return { { area = "2901", value = value }, { area = "2902", value = known, state = "partial" } } end

example "退院時共同指導料2と退院後訪問指導料は、外来と入院を足す" {
  period = "FY2022",
  given  = { ndb_patients = settings(settings({}, "113008910", 7, 4, 9), "113022910", 60, 5, 20),
             ndb_items    = settings(settings({}, "113008910", 14, 8, 18), "113022910", 90, 7, 30) },
  expect = {
    ["homecare.joint_guidance_2.patients"]     = both(11, 9),
    ["homecare.joint_guidance_2.items"]        = both(22, 18),
    ["homecare.post_discharge_visit.patients"] = both(65, 20),
    ["homecare.post_discharge_visit.items"]    = both(97, 30),
  },
}

example "退院時共同指導: 在宅側と入院側の両方で算定された患者は1人" {
  period = "FY2022",
  given  = cases.kdb("113008610", "113008910"),
  expect = {
    ["homecare.joint_guidance.institutions"] = cases.institutions,
    ["homecare.joint_guidance.patients"]     = cases.yearly,
    ["homecare.joint_guidance_1.patients"]   = { ["29201"] = 1, ["29206"] = 0 },
    ["homecare.joint_guidance_2.patients"]   = { ["29201"] = 2, ["29206"] = 0 },
  },
}

example "退院後訪問指導料: 国保データベース" {
  period = "FY2022",
  given  = cases.kdb("113022910", "113022910"),
  expect = { ["homecare.post_discharge_visit.institutions"] = cases.institutions,
             ["homecare.post_discharge_visit.patients"] = cases.yearly },
}
