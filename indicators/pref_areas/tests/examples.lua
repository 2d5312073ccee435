-- SPDX-License-Identifier: MIT
example "北海道: 施設が1つ以上ある圏域だけを数える" {
  areas  = { prefecture = { ["01"] = { "0101", "0102", "0103" } } },
  given  = { area_activities = {
    { area = "0101", area_set = "secondary", activity = "機能強化型在宅療養支援診療所又は病院", institutions = 0 }, { area = "0102", area_set = "secondary", activity = "機能強化型在宅療養支援診療所又は病院", institutions = 1 }, { area = "0103", area_set = "secondary", activity = "機能強化型在宅療養支援診療所又は病院", institutions = 2 },
    { area = "0101", area_set = "secondary", activity = "退院支援", institutions = 1 }, { area = "0102", area_set = "secondary", activity = "退院支援", institutions = 2 }, { area = "0103", area_set = "secondary", activity = "退院支援", institutions = 0 },
    { area = "0101", area_set = "secondary", activity = "在宅療養後方支援病院", institutions = 2 }, { area = "0102", area_set = "secondary", activity = "在宅療養後方支援病院", institutions = 0 }, { area = "0103", area_set = "secondary", activity = "在宅療養後方支援病院", institutions = 1 },
    { area = "0101", area_set = "secondary", activity = "在宅看取り", institutions = 0 }, { area = "0102", area_set = "secondary", activity = "在宅看取り", institutions = 1 }, { area = "0103", area_set = "secondary", activity = "在宅看取り", institutions = 2 },
    { area = "0101", area_set = "secondary", activity = "24時間体制の訪問看護ステーション", institutions = 1 }, { area = "0102", area_set = "secondary", activity = "24時間体制の訪問看護ステーション", institutions = 2 }, { area = "0103", area_set = "secondary", activity = "24時間体制の訪問看護ステーション", institutions = 0 },
    { area = "0101", area_set = "secondary", activity = "歯科訪問診療", institutions = 2 }, { area = "0102", area_set = "secondary", activity = "歯科訪問診療", institutions = 0 }, { area = "0103", area_set = "secondary", activity = "歯科訪問診療", institutions = 1 },
    { area = "0101", area_set = "secondary", activity = "訪問薬剤管理指導・居宅療養管理指導", institutions = 0 }, { area = "0102", area_set = "secondary", activity = "訪問薬剤管理指導・居宅療養管理指導", institutions = 1 }, { area = "0103", area_set = "secondary", activity = "訪問薬剤管理指導・居宅療養管理指導", institutions = 2 },
  } },
  expect = {
    ["hokkaido.supporting_clinic.areas"] = { ["01"] = 2 },
    ["hokkaido.discharge_support.areas"] = { ["01"] = 2 },
    ["hokkaido.backup_hospital.areas"] = { ["01"] = 2 },
    ["hokkaido.home_death_care.areas"] = { ["01"] = 2 },
    ["hokkaido.nursing_24h.areas"] = { ["01"] = 2 },
    ["hokkaido.dental_visit.areas"] = { ["01"] = 2 },
    ["hokkaido.pharmacy_visit.areas"] = { ["01"] = 2 },
  },
}
example "岩手県: 施設が1つ以上ある圏域だけを数える" {
  areas  = { prefecture = { ["03"] = { "0301", "0302" } } },
  given  = { area_activities = {
    { area = "0301", area_set = "secondary", activity = "24時間対応訪問看護ステーション", institutions = 0 }, { area = "0302", area_set = "secondary", activity = "24時間対応訪問看護ステーション", institutions = 1 },
  } },
  expect = {
    ["iwate.nursing_24h.areas"] = { ["03"] = 1 },
  },
}
example "秋田県: 施設が1つ以上ある圏域だけを数える" {
  areas  = { prefecture = { ["05"] = { "0501", "0502" } } },
  given  = { area_activities = {
    { area = "0501", area_set = "secondary", activity = "在宅療養支援病院", institutions = 0 }, { area = "0502", area_set = "secondary", activity = "在宅療養支援病院", institutions = 1 },
  } },
  expect = {
    ["akita.supporting_hospital.areas"] = { ["05"] = 1 },
  },
}
example "京都府: 施設が1つ以上ある圏域だけを数える" {
  areas  = { prefecture = { ["26"] = { "2601", "2602" } } },
  given  = { area_activities = {
    { area = "2601", area_set = "secondary", activity = "地域医療支援病院", institutions = 0 }, { area = "2602", area_set = "secondary", activity = "地域医療支援病院", institutions = 1 },
  } },
  expect = {
    ["kyoto.regional_support_hospital.areas"] = { ["26"] = 1 },
  },
}
example "兵庫県: 施設が1つ以上ある圏域だけを数える" {
  areas  = { prefecture = { ["28"] = { "2801", "2804" } } },
  given  = { area_activities = {
    { area = "2801", area_set = "secondary", activity = "強化型訪問看護ステーション", institutions = 0 }, { area = "2804", area_set = "secondary", activity = "強化型訪問看護ステーション", institutions = 1 },
    { area = "2801", area_set = "secondary", activity = "地域包括ケア病床", institutions = 1 }, { area = "2804", area_set = "secondary", activity = "地域包括ケア病床", institutions = 0 },
  } },
  expect = {
    ["hyogo.enhanced_nursing.areas"] = { ["28"] = 1 },
    ["hyogo.community_care_ward.areas"] = { ["28"] = 1 },
  },
}
