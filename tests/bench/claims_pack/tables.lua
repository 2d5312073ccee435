-- SPDX-License-Identifier: MIT
-- 値は月平均なので、分子が12か月の合計になる。比べる相手の結果はこの合計である。

-- T1 項目ごとの患者、レセプト、回数、医療機関（月ごとの実数）
local supply = medical_items { item = codes.supply }
cross_table {
  id      = "t1",
  title   = "T1",
  unit    = "月平均",
  rows    = { areas.of "insurer", dim("g1", supply.g1) },
  columns = {
    { "患者", supply:persons():monthly_average() },
    { "レセプト", supply:claims():monthly_average() },
    { "回数", supply:sum("quantity"):monthly_average() },
    { "医療機関", supply:distinct("institution"):monthly_average() },
  },
}

-- T2 医療機関ごとの患者
local by_institution = medical_items { item = codes.institutions }
cross_table {
  id    = "t2",
  title = "T2",
  unit  = "人/月",
  rows  = { dim("institution", by_institution.institution), dim("g2", by_institution.g2) },
  value = by_institution:persons():monthly_average(),
}

-- T3 制度 × 保険者 × 居住 × 重症 × 要介護度
local managed = medical_items { item = codes.management }
cross_table {
  id      = "t3",
  title   = "T3",
  unit    = "人/月",
  rows    = { dim("scheme", managed.scheme):with_total("0"), areas.of "insurer",
              dim("residence", managed.residence),
              dim("severity", managed.severity):with_total("0") },
  columns = { dim("care", care_claims.care_level):same_month():missing("-"):with_total("9") },
  value   = managed:persons():monthly_average(),
}

-- T4 保険者 × 医療機関の市町村 × 同一建物
local visits = medical_items { item = codes.visits }
cross_table {
  id      = "t4",
  title   = "T4",
  unit    = "人/月",
  rows    = { areas.of "insurer", dim("institution_area", visits.institution_area) },
  columns = { dim("visit", visits.visit):with_total("0") },
  value   = visits:persons():monthly_average(),
}

-- T5 療養病棟からの退院後6か月
local discharged = medical_items { item = codes.ryoyo1 }
  :discharges { keep = "earliest" }:where { age = from(65), month = to("2023-09") }
local six = months(1, 6)
cross_table {
  id      = "t5.destination",
  title   = "T5 行き先",
  unit    = "人",
  period  = "2022-04..2024-03",
  rows    = { dim("care", care_claims.care_level):within(six):missing("-"):with_total("9") },
  columns = {
    { "退院者", discharged:persons() },
    { "在宅医療", discharged:followed_by(medical_items { item = codes.home_care }, six):persons() },
    { "介護施設",
      discharged:followed_by(care_claims { service = { "51", "52", "54" } }, six):persons() },
    { "介護サービス", discharged:followed_by(care_claims {}, six):persons() },
  },
}

local by_service = {}
for _, service in ipairs { "11", "13", "15", "16", "17", "21", "33", "43", "46", "51", "52", "54",
                           "71", "76" } do
  table.insert(by_service,
               { service, discharged:followed_by(care_claims { service = service }, six):persons() })
end
cross_table {
  id      = "t5.services",
  title   = "T5 サービス",
  unit    = "人",
  period  = "2022-04..2024-03",
  columns = by_service,
}
