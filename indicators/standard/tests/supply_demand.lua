-- SPDX-License-Identifier: MIT
-- 供給と需要の表の例。人も数値も架空
local persons = {
  { person = "A", sex = "female", birth_month = "1940-01", scheme = "late_elderly", insurer = "39290001",
    insurer_area = "29201", valid_from = "2020-04" },
  { person = "B", sex = "male", birth_month = "1950-06", scheme = "nhi", insurer = "00290001",
    insurer_area = "29201", valid_from = "2020-04" },
  { person = "C", sex = "female", birth_month = "1938-03", scheme = "late_elderly", insurer = "39290002",
    insurer_area = "29206", valid_from = "2020-04" },
}
local institutions = {
  { institution = "2910000001", name = "奈良診療所", institution_area = "29201" },
  { institution = "2910000002", name = "桜井診療所", institution_area = "29206" },
  { institution = "2710000003", name = "大阪診療所", institution_area = "27100" },
}

local function item(claim, person, month, institution, code, quantity)
  return { claim = claim, person = person, month = month, institution = institution, item = code,
           quantity = quantity or 1 }
end
local function claim(id, person, month, institution, setting, type)
  return { claim = id, person = person, month = month, institution = institution,
           setting = setting or "outpatient", type = type or "medical" }
end
local function care(person, month, service, level, office)
  return { person = person, month = month, service = service, care_level = level, office = office,
           units = 1000 }
end

example "供給: 患者は月の実人数の平均、医療機関は実数、歯科が届かなければ未報告" {
  period = "FY2023",
  given  = {
    persons = persons, institutions = institutions,
    medical_claims = { claim("1", "A", "2023-04", "2910000001"), claim("2", "A", "2023-05", "2910000001"),
                       claim("3", "B", "2023-04", "2910000002") },
    medical_items = {
      item("1", "A", "2023-04", "2910000001", "114001110", 2),
      item("1", "A", "2023-04", "2910000001", "114042110"),     -- 同じ月の同じ項目: 1人
      item("2", "A", "2023-05", "2910000001", "114001110"),
      item("3", "B", "2023-04", "2910000002", "114001110"),
      item("3", "B", "2023-04", "2910000002", "114003710"),
    },
    care_claims = { care("A", "2023-04", "13", "21", "2960000001"), care("A", "2023-05", "13", "21", "2960000002"),
                    care("B", "2023-04", "63", "12", "2960000001") },
  },
  expect = {
    ["supply.medical"] = {
      { area = "29201", measure = "患者数（月平均）",
        dimensions = "項目=01 在宅患者訪問診療料（同一建物居住者以外）", value = 3 / 12 },
      { area = "29201", measure = "レセプト件数（月平均）",
        dimensions = "項目=01 在宅患者訪問診療料（同一建物居住者以外）", value = 3 / 12 },
      { area = "29201", measure = "算定回数（月平均）",
        dimensions = "項目=01 在宅患者訪問診療料（同一建物居住者以外）", value = 5 / 12 },
      { area = "29201", measure = "医療機関数（期間内）",
        dimensions = "項目=01 在宅患者訪問診療料（同一建物居住者以外）", value = 2 },
      { area = "29201", measure = "医療機関数（月平均）",
        dimensions = "項目=01 在宅患者訪問診療料（同一建物居住者以外）", value = 3 / 12 },
      { area = "29201", measure = "患者数（月平均）", dimensions = "項目=19 指導管理料 在宅酸素療法",
        value = 1 / 12 },
    },
    ["supply.other_receipts"] = {
      { area = "29201", measure = "歯科訪問診療料 患者数", state = "unreported" },
      { area = "29201", measure = "訪問看護レセプト 患者数", state = "unreported" },
      { area = "29201", measure = "調剤レセプト 患者数", state = "unreported" },
      { area = "29201", measure = "在宅患者訪問薬剤管理指導料（調剤） 患者数", state = "not_computable" },
    },
    ["supply.care"] = {
      { area = "29201", measure = "利用者数（月平均）", dimensions = "項目=38 【介護保険】訪問看護費 介護給付",
        value = 2 / 12 },
      { area = "29201", measure = "事業所数（期間内）", dimensions = "項目=38 【介護保険】訪問看護費 介護給付",
        value = 2 },
      { area = "29201", measure = "利用者数（月平均）", dimensions = "項目=39 【介護保険】訪問看護費 予防給付",
        value = 1 / 12 },
    },
    ["supply.institutions"] = {
      { measure = "訪問診療料 計",
        dimensions = "医療機関コード=2910000001;医療機関名=奈良診療所;市町村=29201", value = 2 / 12 },
      { measure = "在医総管 その他（H28年度改定以前）", state = "not_applicable",
        dimensions = "医療機関コード=2910000001;医療機関名=奈良診療所;市町村=29201" },
      { measure = "指導管理料 酸素",
        dimensions = "医療機関コード=2910000002;医療機関名=桜井診療所;市町村=29206", value = 1 / 12 },
    },
  },
}

example "供給: 歯科のレセプトが届いていれば、歯科訪問診療のない月は0" {
  period = "2023-04",
  given  = {
    persons = persons, institutions = institutions,
    medical_claims = { claim("1", "A", "2023-04", "2910000001", "outpatient", "dental"),
                       claim("2", "B", "2023-04", "2910000002") },
    medical_items = { item("1", "A", "2023-04", "2910000001", "303000110"),
                      item("2", "B", "2023-04", "2910000002", "114000110") },
  },
  expect = {
    ["supply.other_receipts"] = {
      { area = "29201", measure = "歯科訪問診療料 患者数", value = 1 },
      { area = "29206", measure = "歯科訪問診療料 患者数", value = 0 },
      { area = "29201", measure = "調剤レセプト 患者数", state = "unreported" },
    },
  },
}

-- 一覧は2020年4月からそろっている（codes/home_care_supply.lua）
example "供給: 一覧にないコードの時期は、0ではなく計算できない" {
  period = "FY2019",
  given  = {
    persons = { { person = "A", sex = "female", birth_month = "1940-01", scheme = "late_elderly",
                  insurer = "39290001", insurer_area = "29201", valid_from = "2012-04" } },
    institutions = institutions,
    medical_claims = { claim("1", "A", "2019-04", "2910000001") },
    medical_items = { item("1", "A", "2019-04", "2910000001", "114001110") },
    care_claims = { care("A", "2019-04", "13", "21", "2960000001") },
  },
  expect = {
    ["supply.medical"] = { { area = "29201", measure = "患者数（月平均）", state = "not_computable",
        dimensions = "項目=01 在宅患者訪問診療料（同一建物居住者以外）" } },
    ["supply.institutions"] = { { measure = "在医総管 その他（H28年度改定以前）", state = "not_computable",
        dimensions = "医療機関コード=2910000001;医療機関名=奈良診療所;市町村=29201" } },
    ["demand.flow"] = { { area = "29201", state = "not_computable",
        dimensions = "居住形態=合計;医療機関の市町村=計" } },
    ["supply.care"] = { { area = "29201", measure = "利用者数（月平均）", value = 1 / 12,
        dimensions = "項目=38 【介護保険】訪問看護費 介護給付" } },
  },
}

example "供給: 令和4年度だけの、通信機10人からの管理料（令和6年度に分かれた）" {
  period = "2023-04",
  given  = {
    persons = persons, institutions = institutions,
    medical_claims = { claim("1", "A", "2023-04", "2910000001") },
    medical_items = { item("1", "A", "2023-04", "2910000001", "114058510") },
  },
  expect = {
    ["supply.medical"] = { { area = "29201", measure = "患者数（月平均）", value = 1,
        dimensions = "項目=14 施設入居時等医学総合管理料 重症以外・月1回" } },
  },
}

example "需要: 管理料による居住形態と重症度、同じ月の要介護度の重い方、合計は実人数" {
  period = "FY2023",
  given  = {
    persons = persons, institutions = institutions,
    medical_claims = { claim("1", "A", "2023-04", "2910000001"), claim("2", "B", "2023-04", "2910000001") },
    medical_items = {
      item("1", "A", "2023-04", "2910000001", "114030710"),   -- 在医総管 難病等
      item("1", "A", "2023-04", "2910000001", "114031010"),   -- 在医総管 月2回以上: 計では1人
      item("2", "B", "2023-04", "2910000001", "114035810"),   -- 施設総管 月2回以上
    },
    care_claims = { care("A", "2023-04", "11", "13"), care("A", "2023-04", "15", "21"),
                    care("B", "2023-05", "11", "25") },
  },
  expect = {
    ["demand.care_level"] = {
      { area = "29201", value = 1 / 12,
        dimensions = "制度=合計;居住形態=在宅時;重症度=計;要介護度=21" },
      { area = "29201", value = 1 / 12,
        dimensions = "制度=late_elderly;居住形態=在宅時;重症度=重症;要介護度=21" },
      { area = "29201", value = 1 / 12,
        dimensions = "制度=合計;居住形態=施設入居時等;重症度=計;要介護度=未認定" },
    },
  },
}

example "需要: 医療機関の市町村別の動き、訪問診療料(2)は合計だけ" {
  period = "FY2023",
  given  = {
    persons = persons, institutions = institutions,
    medical_claims = { claim("1", "A", "2023-04", "2910000001"), claim("2", "A", "2023-05", "2710000003"),
                       claim("3", "B", "2023-04", "2910000009") },
    medical_items = {
      item("1", "A", "2023-04", "2910000001", "114001110"),
      item("2", "A", "2023-05", "2710000003", "114030310"),
      item("3", "B", "2023-04", "2910000009", "114042810"),
    },
  },
  expect = {
    ["demand.flow"] = {
      { area = "29201", value = 1 / 12, dimensions = "居住形態=同一建物居住者以外;医療機関の市町村=29201" },
      { area = "29201", value = 1 / 12, dimensions = "居住形態=同一建物居住者;医療機関の市町村=27100" },
      { area = "29201", value = 1 / 12, dimensions = "居住形態=合計;医療機関の市町村=不明" },
      { area = "29201", value = 3 / 12, dimensions = "居住形態=合計;医療機関の市町村=計" },
    },
  },
}

-- A: 6月に退院、8月に訪問診療、9月に特養。B: 64歳で退院（数えない）。C: 5月に退院、ケアマネだけ
example "追加的需要: 退院者の行き先、要介護度、サービスの種類" {
  period = "FY2023",
  months = { "2023-04", "2024-09" },
  given  = {
    persons = {
      persons[1], persons[3],
      { person = "B", sex = "male", birth_month = "1959-01", scheme = "nhi", insurer = "00290001",
        insurer_area = "29201", valid_from = "2020-04" },
    },
    institutions = institutions,
    medical_claims = {
      claim("1", "A", "2023-05", "2910000001", "inpatient"), claim("2", "A", "2023-06", "2910000001", "inpatient"),
      claim("3", "A", "2023-08", "2910000001"), claim("4", "B", "2023-06", "2910000001", "inpatient"),
      claim("5", "C", "2023-05", "2910000002", "inpatient"),
    },
    medical_items = {
      item("1", "A", "2023-05", "2910000001", "190131910"), item("3", "A", "2023-08", "2910000001", "114001110"),
      item("4", "B", "2023-06", "2910000001", "190131910"), item("5", "C", "2023-05", "2910000002", "190131910"),
    },
    care_claims = { care("A", "2023-09", "51", "24"), care("A", "2023-09", "21", "23"), care("A", "2023-10", "51", "25"),
                    care("C", "2023-06", "43", "21"), care("C", "2024-01", "11", "21") },
  },
  expect = {
    ["additional_demand.destination"] = {
      { area = "29201", measure = "退院者", value = 1 },
      { area = "29201", measure = "在宅医療", value = 1 },
      { area = "29201", measure = "介護施設", value = 1 },
      { area = "29201", measure = "在宅医療と介護施設", value = 1 },
      { area = "29201", measure = "どちらもなし", value = 0 },
      { area = "29201", measure = "施設系", value = 1 },
      { area = "29201", measure = "住宅系", value = 1 },
      { area = "29206", measure = "退院者", value = 1 },
      { area = "29206", measure = "介護サービス", value = 0 },
      { area = "29206", measure = "どちらもなし", value = 1 },
    },
    ["additional_demand.care_level"] = {
      { area = "29201", dimensions = "要介護度=24", value = 1 },
      { area = "29206", dimensions = "要介護度=21", value = 1 },
      { area = "29201", dimensions = "要介護度=計", value = 1 },
    },
    ["additional_demand.services"] = {
      { area = "29201", measure = "51 介護福祉施設サービス", value = 1 },
      { area = "29201", measure = "21 短期入所生活介護", value = 1 },
      { area = "29206", measure = "43 居宅介護支援", value = 1 },
      { area = "29206", measure = "11 訪問介護", value = 0 },
    },
  },
}

example "追加的需要: 6か月分のデータがない退院は、計算できない" {
  period = "FY2023",
  months = { "2023-04", "2024-03" },
  given  = {
    persons = persons, institutions = institutions,
    medical_claims = { claim("1", "A", "2023-12", "2910000001", "inpatient") },
    medical_items = { item("1", "A", "2023-12", "2910000001", "190131910") },
    care_claims = { care("A", "2024-01", "51", "24") },
  },
  expect = {
    ["additional_demand.destination"] = {
      { area = "29201", measure = "退院者", value = 1 },
      { area = "29201", measure = "介護施設", state = "not_computable" },
      { area = "29206", measure = "介護施設", value = 0 },
    },
  },
}
