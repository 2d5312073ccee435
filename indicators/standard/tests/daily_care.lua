-- SPDX-License-Identifier: MIT
-- 日常の療養支援の指標の例。数値は架空
example "訪問診療の患者数は主なコードだけを数え、秘匿の圏域は率も秘匿" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114001110", kind = "medical", setting = "all", area = "2901", value = 50 },
      { item = "114001110", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "114001110", kind = "medical", setting = "all", area = "2903", value = 0 },
      { item = "199999999", kind = "medical", setting = "all", area = "2904", value = 5 },
    },
    ndb_items = {
      { item = "114001110", kind = "medical", setting = "all", area = "2901", value = 125 },
      { item = "114001110", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "114001110", kind = "medical", setting = "all", area = "2903", value = 0 },
      { item = "199999999", kind = "medical", setting = "all", area = "2904", value = 5 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.visit_care.patients"] = {
      { area = "2901", value = 50 },
      { area = "2902", state = "masked" },
      { area = "2903", value = 0 },
      { area = "2904", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 2 },
      { area = "2902", measure = "rate:1000:75+", state = "masked" },
    },
  },
}

example "訪問診療の全コードの患者数は延べで、県の値は県の表から" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114001110", kind = "medical", setting = "all", area = "2901", value = 30 },
      { item = "114030310", kind = "medical", setting = "all", area = "2901", value = 12 },
      { item = "114001110", kind = "medical", setting = "all", area = "2902", value = 20 },
      { item = "114030310", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "114001110", kind = "medical", setting = "all", area = "2901", value = 300 },
      { item = "114030310", kind = "medical", setting = "all", area = "2901", value = 120 },
      { item = "114001110", kind = "medical", setting = "all", area = "2902", value = 200 },
      { item = "114030310", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.visit_care.patients_all"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.visit_care.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.visit_care.patients_by_item"] = {
      { area = "2901", dimensions = "訪問診療料=(1)1 同一建物居住者以外", value = 30 },
      { area = "2902", dimensions = "訪問診療料=(1)1 同一建物居住者", state = "masked" },
    },
    ["homecare.visit_care.items_by_item"] = {
      { area = "2901", dimensions = "訪問診療料=(1)1 同一建物居住者", value = 120 },
    },
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
    ["homecare.visit_care.patients"] = {
      { area = "29", state = "not_computable" },
    },
    ["homecare.visit_care.items"] = {
      { area = "29", value = 1000 },
    },
  },
}

example "訪問歯科診療" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "303000110", kind = "dental", setting = "all", area = "2901", value = 30 },
      { item = "303000210", kind = "dental", setting = "all", area = "2901", value = 12 },
      { item = "303000110", kind = "dental", setting = "all", area = "2902", value = 20 },
      { item = "303000210", kind = "dental", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "dental", setting = "all", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "303000110", kind = "dental", setting = "all", area = "2901", value = 300 },
      { item = "303000210", kind = "dental", setting = "all", area = "2901", value = 120 },
      { item = "303000110", kind = "dental", setting = "all", area = "2902", value = 200 },
      { item = "303000210", kind = "dental", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "dental", setting = "all", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.dental_visit.patients"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.dental_visit.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.dental_visit.patients_by_item"] = {
      { area = "2901", dimensions = "歯科訪問診療料=1 診療所", value = 30 },
      { area = "2902", dimensions = "歯科訪問診療料=2 診療所", state = "masked" },
    },
    ["homecare.dental_visit.items_by_item"] = {
      { area = "2901", dimensions = "歯科訪問診療料=2 診療所", value = 120 },
    },
  },
}

example "医療機関の訪問看護は同一建物かどうかで分ける" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114004510", kind = "medical", setting = "all", area = "2901", value = 30 },
      { item = "114026810", kind = "medical", setting = "all", area = "2901", value = 12 },
      { item = "114004510", kind = "medical", setting = "all", area = "2902", value = 20 },
      { item = "114026810", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "114004510", kind = "medical", setting = "all", area = "2901", value = 300 },
      { item = "114026810", kind = "medical", setting = "all", area = "2901", value = 120 },
      { item = "114004510", kind = "medical", setting = "all", area = "2902", value = 200 },
      { item = "114026810", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.nurse_visit.patients"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.nurse_visit.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.nurse_visit.patients_by_item"] = {
      { area = "2901", dimensions = "居住=同一建物居住者以外", value = 30 },
      { area = "2902", dimensions = "居住=同一建物居住者", state = "masked" },
    },
    ["homecare.nurse_visit.items_by_item"] = {
      { area = "2901", dimensions = "居住=同一建物居住者", value = 120 },
    },
  },
}

example "訪問薬剤管理指導（医療機関）" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114044710", kind = "medical", setting = "all", area = "2901", value = 30 },
      { item = "114044810", kind = "medical", setting = "all", area = "2901", value = 12 },
      { item = "114044710", kind = "medical", setting = "all", area = "2902", value = 20 },
      { item = "114044810", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    ndb_items = {
      { item = "114044710", kind = "medical", setting = "all", area = "2901", value = 300 },
      { item = "114044810", kind = "medical", setting = "all", area = "2901", value = 120 },
      { item = "114044710", kind = "medical", setting = "all", area = "2902", value = 200 },
      { item = "114044810", kind = "medical", setting = "all", area = "2902", value = "masked" },
      { item = "199999999", kind = "medical", setting = "all", area = "2903", value = 99 },
    },
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.pharmacist_visit.patients"] = {
      { area = "2901", value = 42 },
      { area = "2902", value = 20, state = "partial" },
      { area = "2903", state = "missing" },
      { area = "2901", measure = "rate:1000:75+", value = 1.68 },
      { area = "2901", measure = "rate:100000:65+", value = 105 },
      { area = "2901", measure = "rate:100000:all", value = 42 },
    },
    ["homecare.pharmacist_visit.items"] = {
      { area = "2901", value = 420 },
      { area = "2902", value = 200, state = "partial" },
      { area = "2901", measure = "rate:1000:75+", value = 16.8 },
    },
    ["homecare.pharmacist_visit.patients_by_item"] = {
      { area = "2901", dimensions = "人数=単一建物1人", value = 30 },
      { area = "2902", dimensions = "人数=単一建物2～9人", state = "masked" },
    },
    ["homecare.pharmacist_visit.items_by_item"] = {
      { area = "2901", dimensions = "人数=単一建物2～9人", value = 120 },
    },
  },
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
    population = {
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 0, age_to = 64, value = 60000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 65, age_to = 74, value = 15000 },
      { area_set = "secondary", area = "2901", period = "2020-10-01", sex = "both", age_from = 75, value = 25000 },
    },
  },
  expect = {
    ["homecare.support.institutions"] = {
      { area = "2901", value = 2 },
      { area = "2902", value = 0 },
      { area = "2901", measure = "rate:1000:75+", value = 0.08 },
    },
  },
}
