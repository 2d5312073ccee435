-- SPDX-License-Identifier: MIT
example "群馬県: 健康サポート薬局数" {
  given  = { listed_institutions = { { area = "10201", institution = "A", designation = "健康サポート薬局" }, { area = "10202", institution = "B", designation = "健康サポート薬局" },
    { area = "10201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["gunma.health_support_pharmacies.institutions"] = { ["10"] = 2, ["10201"] = 1 } },
}
example "千葉県: 強化型訪問看護ステーション数" {
  given  = { listed_institutions = { { area = "12100", institution = "A", designation = "強化型訪問看護ステーション" }, { area = "12202", institution = "B", designation = "強化型訪問看護ステーション" },
    { area = "12100", institution = "C", designation = "ほかの届出" } } },
  expect = { ["chiba.enhanced_nursing.institutions"] = { ["12"] = 2, ["12100"] = 1 } },
}
example "岐阜県: 訪問歯科衛生指導を実施している医療機関数" {
  given  = { listed_institutions = { { area = "21201", institution = "A", designation = "訪問歯科衛生指導" }, { area = "21202", institution = "B", designation = "訪問歯科衛生指導" },
    { area = "21201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["gifu.dental_hygiene.institutions"] = { ["21"] = 2, ["21201"] = 1 } },
}
example "静岡県: 強化型訪問看護ステーション数" {
  given  = { listed_institutions = { { area = "22100", institution = "A", designation = "強化型訪問看護ステーション" }, { area = "22203", institution = "B", designation = "強化型訪問看護ステーション" },
    { area = "22100", institution = "C", designation = "ほかの届出" } } },
  expect = { ["shizuoka.enhanced_nursing.institutions"] = { ["22"] = 2, ["22100"] = 1 } },
}
example "愛知県: 機能強化型在宅療養支援診療所・病院数" {
  given  = { listed_institutions = { { area = "23100", institution = "A", designation = "機能強化型在宅療養支援診療所" }, { area = "23201", institution = "B", designation = "機能強化型在宅療養支援病院" },
    { area = "23100", institution = "C", designation = "ほかの届出" } } },
  expect = { ["aichi.enhanced_supporting.institutions"] = { ["23"] = 2, ["23100"] = 1 } },
}
example "愛知県: 強化型訪問看護ステーション数" {
  given  = { listed_institutions = { { area = "23100", institution = "A", designation = "強化型訪問看護ステーション" }, { area = "23201", institution = "B", designation = "強化型訪問看護ステーション" },
    { area = "23100", institution = "C", designation = "ほかの届出" } } },
  expect = { ["aichi.enhanced_nursing.institutions"] = { ["23"] = 2, ["23100"] = 1 } },
}
example "滋賀県: 在宅医療支援薬局数" {
  given  = { listed_institutions = { { area = "25201", institution = "A", designation = "在宅医療支援薬局" }, { area = "25202", institution = "B", designation = "在宅医療支援薬局" },
    { area = "25201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["shiga.home_care_pharmacies.institutions"] = { ["25"] = 2, ["25201"] = 1 } },
}
example "京都府: 訪問リハ実施機関数" {
  given  = { listed_institutions = { { area = "26100", institution = "A", designation = "訪問リハビリテーション" }, { area = "26201", institution = "B", designation = "訪問リハビリテーション" },
    { area = "26100", institution = "C", designation = "ほかの届出" } } },
  expect = { ["kyoto.visiting_rehabilitation.institutions"] = { ["26"] = 2, ["26100"] = 1 } },
}
example "和歌山県: 地域密着型協力病院数" {
  given  = { listed_institutions = { { area = "30201", institution = "A", designation = "地域密着型協力病院" }, { area = "30202", institution = "B", designation = "地域密着型協力病院" },
    { area = "30201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["wakayama.community_hospitals.institutions"] = { ["30"] = 2, ["30201"] = 1 } },
}
example "和歌山県: 在宅医療支援薬局数" {
  given  = { listed_institutions = { { area = "30201", institution = "A", designation = "在宅医療支援薬局" }, { area = "30202", institution = "B", designation = "在宅医療支援薬局" },
    { area = "30201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["wakayama.home_care_pharmacies.institutions"] = { ["30"] = 2, ["30201"] = 1 } },
}
example "島根県: 機能強化型訪問看護ステーション数" {
  given  = { listed_institutions = { { area = "32201", institution = "A", designation = "機能強化型訪問看護ステーション" }, { area = "32202", institution = "B", designation = "機能強化型訪問看護ステーション" },
    { area = "32201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["shimane.enhanced_nursing.institutions"] = { ["32"] = 2, ["32201"] = 1 } },
}
example "愛媛県: 機能強化型訪問看護ステーション数" {
  given  = { listed_institutions = { { area = "38201", institution = "A", designation = "機能強化型訪問看護ステーション" }, { area = "38202", institution = "B", designation = "機能強化型訪問看護ステーション" },
    { area = "38201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["ehime.enhanced_nursing.institutions"] = { ["38"] = 2, ["38201"] = 1 } },
}
example "高知県: 退院前カンファレンスを実施している医療機関数" {
  given  = { listed_institutions = { { area = "39201", institution = "A", designation = "退院前カンファレンス" }, { area = "39202", institution = "B", designation = "退院前カンファレンス" },
    { area = "39201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["kochi.discharge_conference.institutions"] = { ["39"] = 2, ["39201"] = 1 } },
}
example "宮崎県: 地域医療支援病院数" {
  given  = { listed_institutions = { { area = "45201", institution = "A", designation = "地域医療支援病院" }, { area = "45202", institution = "B", designation = "地域医療支援病院" },
    { area = "45201", institution = "C", designation = "ほかの届出" } } },
  expect = { ["miyazaki.regional_support_hospitals.institutions"] = { ["45"] = 2, ["45201"] = 1 } },
}
example "岡山県: 内科のない診療所、精神科病院は分母に入らない" {
  given  = { medical_register = {
    { area = "33100", institution = "A", type = "診療所", internal = true, supporting = true }, { area = "33100", institution = "B", type = "診療所", internal = true, supporting = false },
    { area = "33100", institution = "C", type = "診療所", internal = false, supporting = true }, { area = "33100", institution = "D", type = "病院", internal = true, supporting = true },
    { area = "33202", institution = "E", type = "精神科病院", internal = false, supporting = false } } },
  expect = { ["okayama.supporting_clinics.share"] = { ["33"] = 50 }, ["okayama.supporting_hospitals.share"] = { ["33"] = 100 } },
}
example "広島県: 1つもない市町を数える" {
  given  = { municipal_counts = { { area = "34202", subject = "訪問看護ステーション", number = 1 }, { area = "34203", subject = "訪問看護ステーション", number = 0 }, { area = "34203", subject = "ほか", number = 0 } } },
  expect = { ["hiroshima.no_nursing.areas"] = { ["34"] = 1 } },
}
example "佐賀県: 病床と補助件数" {
  given  = { municipal_counts = { { area = "41201", subject = "地域包括ケア病床", number = 30 }, { area = "41202", subject = "地域包括ケア病床", number = 12 }, { area = "41201", subject = "在宅診療設備整備事業の補助", number = 2 },
    { area = "41202", subject = "在宅診療設備整備事業の補助", number = 0 } } },
  expect = { ["saga.community_care.beds"] = { ["41"] = 42 }, ["saga.equipment_subsidy.cases"] = { ["41"] = 2 } },
}
