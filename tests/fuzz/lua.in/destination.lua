-- 療養病床（医療区分1）から退院した65歳以上の、6か月以内の行き先
local stay       = medical_claims { setting = "inpatient" }
                     :having(medical_items { item = codes.chronic_ward_category1 })
local discharged = stay:discharges { keep = "earliest" }:where { age = from(65) }
local six        = months(1, 6)

cross_table {
  id      = "additional_demand.destination",
  title   = "療養病床（医療区分1）退院者の退院後6か月の状況",
  rows    = { areas.of "insurer" },
  columns = {
    { "退院者",       discharged:persons() },
    { "在宅医療",     discharged:followed_by(medical_items { item = codes.home_care }, six):persons() },
    { "介護施設",     discharged:followed_by(care_claims { service = {"51","52","54"} }, six):persons() },
    { "介護サービス", discharged:followed_by(care_claims {}, six):persons() },
  },
}
