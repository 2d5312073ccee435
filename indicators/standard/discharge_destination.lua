-- SPDX-License-Identifier: MIT
-- 療養病床から退院した患者の、在宅医療と介護施設の比（STEP 2 の按分に使う比）
-- 3つのデータは「退院先」の定義が違うので、それぞれの値を並べられるように1つずつの指標も置く。
local sources = {
  "在宅医療の整備目標の設定プロセスについて（患者調査の活用・国保データベースの活用）、地域医療構想WG・在宅医療WG合同会議 平成30年3月2日 資料2",
}

-- 患者調査: 医療療養病床からの推計退院患者（全国、9月）。
local function survey(destinations)
  return discharge_destinations { ward = "medical_long_term_care", destination = destinations }:sum()
end
local survey_ratio = ratio(survey { "rouken", "tokuyou" }, survey "home_home_care")

-- 病床機能報告: 医療機関ごとの退院先（年間）。患者調査の行には医療機関がない。在宅医療を受ける人だけを分けられないので、家庭への退院と比べる。
local function report(destinations)
  return discharge_destinations { institution = state "ok", destination = destinations }:sum()
end
local report_ratio = ratio(report { "rouken", "tokuyou", "care_medical_facility" }, report "home")

-- 国保データベース: 療養病床（医療区分1）から退院した65歳以上の人が、6か月以内に使ったもの。
local discharged = medical_claims { setting = "inpatient" }
                     :having(medical_items { item = codes.chronic_ward_category1 }, { match = "period" })
                     :discharges { keep = "earliest" }:where { age = from(65) }
local six        = months(1, 6)
local kdb_ratio  = ratio(discharged:followed_by(care_claims { service = { "51", "52", "54" } }, six):persons(),
                         discharged:followed_by(medical_items { item = codes.home_care }, six):persons())

indicator {
  id         = "discharge.facility_per_home_care",
  name       = "療養病床からの退院後の介護施設の利用（在宅医療を1としたとき）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "倍",
  decimals   = 2,
  answers    = {
    { name = "国保データベース（KDB）", value = kdb_ratio, by = areas.of "insurer", comparable = "在宅医療：介護施設",
      note = "医療区分1の療養病床から退院した65歳以上の人。退院の翌月から6か月以内の介護施設（51・52・54）と在宅医療（訪問診療・往診）の利用" },
    { name = "病床機能報告", value = report_ratio, by = areas.of "institution",
      note = "分母は在宅医療を受ける人に限らず、家庭へ退院したすべての人。対象は報告した病棟のすべての退院" },
    { name = "患者調査", value = survey_ratio, comparable = "在宅医療：介護施設",
      note = "医療療養病床から退院した人の推計（全国、9月）。介護施設は介護老人保健施設と介護老人福祉施設" },
  },
  definition = "退院した人のうち、介護施設に移った人が在宅医療を受ける人の何倍か。",
  caveats    = { "データによって退院先と時期の定義が違う。どのデータの値かを必ず添える" },
  references = sources,
}

indicator {
  id         = "discharge.kdb.facility_per_home_care",
  name       = "介護施設：在宅医療の比（国保データベース）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "倍",
  decimals   = 2,
  value      = kdb_ratio,
  by         = areas.of "insurer",
  definition = "（6か月以内に介護施設を利用した人）÷（6か月以内に在宅医療を受けた人）。両方の人は両方に数える。",
  caveats    = { "国民健康保険と後期高齢者医療の加入者だけ", "地域は保険者の所在地で、住所地特例により居住地と異なることがある" },
  references = sources,
}

-- 全国の値しかないので、地域の軸のない表にする。
cross_table {
  id         = "discharge.patient_survey",
  title      = "介護施設：在宅医療の比（患者調査、全国）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "倍",
  decimals   = 2,
  columns    = {
    { "社会福祉施設を除く", survey_ratio },
    { "社会福祉施設を含む", ratio(survey { "rouken", "tokuyou", "welfare_facility" }, survey "home_home_care") },
  },
  definition = "（介護老人保健施設＋介護老人福祉施設（＋社会福祉施設）に入所した人）÷（在宅医療を受ける人）。",
  caveats    = { "全国の推計値（千人、小数1桁）で、都道府県より小さい単位の値はない" },
  references = sources,
}

indicator {
  id         = "discharge.bed_function.facility_per_home",
  name       = "介護施設：家庭の比（病床機能報告）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "倍",
  decimals   = 2,
  value      = report_ratio,
  by         = areas.of "institution",
  definition = "（介護老人保健施設＋介護老人福祉施設＋介護医療院に入所した人）÷（家庭へ退院した人）。",
  caveats    = { "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "家庭へ退院した人には在宅医療を受けない人を含む" },
  references = { "病床機能報告（厚生労働省）" },
}
