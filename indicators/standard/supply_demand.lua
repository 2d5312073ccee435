-- SPDX-License-Identifier: MIT
-- 国保データベースによる供給と需要の表（参考資料 003「在宅医療にかかる地域別データ集等の活用」20～29枚目）
-- 資料は表の形を示し、定義のすべては示していない。資料にないところはここで決め、注意書きに書いた。
local sources = { "在宅医療・介護連携推進に関する資料（参考資料003）20～29枚目" }
local kdb = { "国民健康保険と後期高齢者医療の加入者だけの値（被用者保険・生活保護は含まない）",
              "訪問看護ステーションの紙のレセプトは含まない（電子請求が始まるまで）",
              "医療と介護の番号が結び付かない人がいる市町村では、医療と介護を合わせて見る値が少なくなる",
              "保険者の市町村で集計した値（住所地特例の人は、住んでいる市町村と異なる）" }

local function with(...)
  local all = {}
  for _, text in ipairs({ ... }) do table.insert(all, text) end
  for _, text in ipairs(kdb) do table.insert(all, text) end
  return all
end

-- T1 供給: 在宅医療を行う医療機関 ------------------------------------------------------------

local supply = medical_items { item = codes.home_care_supply }
local four = {
  { "患者数（月平均）", supply:persons():monthly_average(), unit = "人/月" },
  { "レセプト件数（月平均）", supply:claims():monthly_average(), unit = "件/月" },
  { "算定回数（月平均）", supply:sum("quantity"):monthly_average(), unit = "回/月" },
  { "医療機関数（期間内）", supply:distinct "institution", unit = "施設" },
  { "医療機関数（月平均）", supply:distinct("institution"):monthly_average(), unit = "施設" },
}
cross_table {
  id         = "supply.medical",
  title      = "供給: 在宅医療を行う医療機関（医科）",
  stages     = { "日常の療養支援", "退院支援", "看取り" },
  kind       = "structure",
  unit       = "人/月",
  rows       = { areas.of "insurer", dim("項目", supply.row) },
  columns    = four,
  decimals   = 1,
  definition = "項目の診療行為が算定された患者、レセプト、回数と、算定した医療機関。患者は月ごとの実人数の平均、"
            .. "医療機関は期間内の実数と月ごとの実数の平均。",
  caveats    = with("保険者の加入者を診た医療機関の数で、医療機関の所在地は問わない（市町村の値は足せない）",
                    "診療行為コードの一覧は2020年4月からの分がそろっている。それより前の期間は計算できないとする"),
  references = sources,
}

-- 届いていなければ未報告（0ではない）
local dental = medical_items { item = codes.dental_visit }
local by_dentists = medical_claims { type = "dental" }
local pharmacy = medical_claims { type = "pharmacy" }
local nursing = medical_claims { type = "home_nursing" }
local other_columns = {
  { "歯科訪問診療料 患者数", dental:persons():monthly_average():if_delivered(by_dentists) },
  { "歯科訪問診療料 レセプト件数", dental:claims():monthly_average():if_delivered(by_dentists),
    unit = "件/月" },
  { "歯科訪問診療料 算定回数",
    dental:sum("quantity"):monthly_average():if_delivered(by_dentists), unit = "回/月" },
  { "歯科訪問診療料 医療機関数", dental:distinct("institution"):if_delivered(by_dentists),
    unit = "施設" },
  { "調剤レセプト 患者数", pharmacy:persons():monthly_average():if_delivered(pharmacy) },
  { "訪問看護レセプト 患者数", nursing:persons():monthly_average():if_delivered(nursing) },
  { "訪問看護レセプト 事業所数", nursing:distinct("institution"):if_delivered(nursing),
    unit = "施設" },
}
-- コードは補うもの（codes/home_care_supply.lua）。それまでは計算できない。
for _, fee in ipairs { "在宅患者訪問薬剤管理指導料", "在宅患者緊急訪問薬剤管理指導料" } do
  local given = medical_items { item = codes.dispensing_visit }:where { fee = fee }
  local label = fee .. "（調剤） "
  for _, column in ipairs {
    { label .. "患者数", given:persons():monthly_average():if_delivered(pharmacy) },
    { label .. "レセプト件数", given:claims():monthly_average():if_delivered(pharmacy), unit = "件/月" },
    { label .. "算定回数", given:sum("quantity"):monthly_average():if_delivered(pharmacy), unit = "回/月" },
    { label .. "薬局数", given:distinct("institution"):if_delivered(pharmacy), unit = "施設" },
  } do table.insert(other_columns, column) end
end
cross_table {
  id         = "supply.other_receipts",
  title      = "供給: 歯科訪問診療、調剤、訪問看護のレセプト",
  stages     = { "日常の療養支援" },
  kind       = "structure",
  unit       = "人/月",
  rows       = { areas.of "insurer" },
  columns    = other_columns,
  decimals   = 1,
  definition = "歯科・調剤・訪問看護のレセプトによる値。その種類のレセプトが届いていない期間は未報告とする。",
  caveats    = with("在宅患者訪問薬剤管理指導料・在宅患者緊急訪問薬剤管理指導料（調剤）のコードは、調剤の"
                 .. "マスターが手に入るまで補えない。その欄は計算できないとする"),
  references = sources,
}

local care = care_claims { service = codes.care_services }
cross_table {
  id         = "supply.care",
  title      = "供給: 介護保険の訪問看護、訪問リハビリテーション、居宅療養管理指導",
  stages     = { "日常の療養支援" },
  kind       = "structure",
  unit       = "人/月",
  rows       = { areas.of "insurer", dim("項目", care.supply) },
  columns    = {
    { "利用者数（月平均）", care:persons():monthly_average() },
    { "事業所数（期間内）", care:distinct "office", unit = "事業所" },
    { "事業所数（月平均）", care:distinct("office"):monthly_average(), unit = "事業所" },
  },
  decimals   = 1,
  definition = "介護レセプトのサービス種類による利用者と事業所。",
  caveats    = with("医療の番号と結び付かない人は、介護の保険者の市町村に数える"),
  references = sources,
}

-- T2 供給: 医療機関ごと ----------------------------------------------------------------------

local function patients(...)
  local rows = {}
  for _, row in ipairs({ ... }) do table.insert(rows, row) end
  return supply:where { row = rows }:persons():monthly_average()
end
local V1, V2 = "01 在宅患者訪問診療料（同一建物居住者以外）", "02 在宅患者訪問診療料（同一建物居住者）"
local V3, C = "03 在宅患者訪問診療料（(2)イ・ロ 居住の区分なし）", "08 在宅がん医療総合診療料"
local H1, H2 = "09 在宅時医学総合管理料 重症", "10 在宅時医学総合管理料 重症以外・月2回以上"
local H3 = "11 在宅時医学総合管理料 重症以外・月1回"
local F1, F2 = "12 施設入居時等医学総合管理料 重症", "13 施設入居時等医学総合管理料 重症以外・月2回以上"
local F3 = "14 施設入居時等医学総合管理料 重症以外・月1回"
-- 重症度の区分がない時の管理料。コードは補うもの（codes/home_care_supply.lua）
local before_2016 = medical_items { item = codes.management_fee_before_2016 }
local function patients_before(residence)
  return before_2016:where { residence = residence }:persons():monthly_average()
end
local function managed_patients(residence)
  return union(supply:where { residence = residence },
               before_2016:where { residence = residence }):persons():monthly_average()
end
cross_table {
  id         = "supply.institutions",
  title      = "供給: 医療機関ごとの患者数",
  stages     = { "日常の療養支援", "看取り" },
  kind       = "structure",
  unit       = "人/月",
  rows       = { dim("医療機関コード", supply.institution),
                 dim("医療機関名", supply:column("institution.name")):missing("（名称なし）"),
                 dim("市町村", supply.institution_area):missing("（所在地不明）") },
  columns    = {
    { "訪問診療料とがん総合診療料の合計", patients(V1, V2, V3, C) },
    { "訪問診療料 計", patients(V1, V2, V3) },
    { "訪問診療料 同一建物居住者以外", patients(V1) },
    { "訪問診療料 同一建物居住者", patients(V2) },
    { "在宅がん医療総合診療料", patients(C) },
    { "往診", patients "04 往診料" },
    { "在医総管 計", managed_patients "在宅時" },
    { "在医総管 重症", patients(H1) },
    { "在医総管 重症以外・月2回以上", patients(H2) },
    { "在医総管 重症以外・月1回", patients(H3) },
    { "在医総管 その他（H28年度改定以前）", patients_before "在宅時" },
    { "施設総管 計", managed_patients "施設入居時等" },
    { "施設総管 重症", patients(F1) },
    { "施設総管 重症以外・月2回以上", patients(F2) },
    { "施設総管 重症以外・月1回", patients(F3) },
    { "施設総管 その他（H28年度改定以前）", patients_before "施設入居時等" },
    { "看取り加算", patients "35 看取り加算" },
    { "死亡診断加算", patients "36 死亡診断加算" },
    { "在宅ターミナルケア加算", patients "37 在宅ターミナルケア加算" },
    { "指導管理料 酸素", patients "19 指導管理料 在宅酸素療法" },
    { "指導管理料 中心静脈", patients "15 指導管理料 在宅中心静脈栄養法" },
    { "指導管理料 自己導尿", patients "16 指導管理料 在宅自己導尿" },
    { "指導管理料 人工呼吸", patients "17 指導管理料 在宅人工呼吸" },
    { "指導管理料 気管切開", patients "18 指導管理料 在宅気管切開患者" },
  },
  decimals   = 1,
  definition = "医療機関ごとの、項目の診療行為が算定された患者の月平均（実人数）。計は項目のどれかが算定された実人数。",
  caveats    = with("「その他（H28年度改定以前）」2列は、2020年4月から該当がない（・）。それより前は、コードを補うまで"
                 .. "計算できない",
                    "1人しかいない欄もそのまま出る。公表のときは公表の規則を通すこと"),
  references = sources,
}

-- T3 需要: 在宅医療を受けている患者 ------------------------------------------------------------

local managed = supply:where { residence = { "在宅時", "施設入居時等" } }
cross_table {
  id         = "demand.care_level",
  title      = "需要: 在宅医療を受けている患者数",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/月",
  rows       = { dim("制度", managed.scheme):with_total("合計"), areas.of "insurer",
                 dim("居住形態", managed.residence), dim("重症度", managed.severity):with_total("計") },
  columns    = { dim("要介護度", care_claims.care_level):same_month():missing("未認定") },
  value      = managed:persons():monthly_average(),
  definition = "在宅時医学総合管理料か施設入居時等医学総合管理料が算定された患者の月平均。要介護度は同じ月の介護レ"
            .. "セプトによる（2つあれば重い方）。居住形態は算定された管理料による。",
  caveats    = with("「未認定」は同じ月に介護レセプトのない人で、認定を受けてサービスを使わない人、入院中の人、"
                 .. "医療と介護の番号が結び付かない人を含む",
                    "合計と計は実人数で、制度や重症度の値の和と一致しないことがある"),
  references = sources,
}

-- T4 需要: 市町村間の流出入 --------------------------------------------------------------------

local visits = supply:where { row = { V1, V2, V3 } }
cross_table {
  id         = "demand.flow",
  title      = "需要: 訪問診療の患者の市町村間の動き",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/月",
  rows       = { areas.of "insurer" },
  columns    = { dim("居住形態", visits.visit):with_total("合計"),
                 dim("医療機関の市町村", visits.institution_area):missing("不明"):with_total("計") },
  value      = visits:persons():monthly_average(),
  definition = "在宅患者訪問診療料が算定された患者の月平均を、保険者の市町村と医療機関の市町村で分けたもの。",
  caveats    = with("同一建物かどうかは訪問診療料のコードによる（管理料による需要の表とは母数が異なる）",
                    "訪問診療料（2）イ・ロは居住の区分がないため、合計だけに入る",
                    "県外の医療機関は市町村コードの先頭2桁で分かる。県外の患者が県内の医療機関にかかる分は、1つの"
                 .. "県の国保データベースからは分からない"),
  references = sources,
}

-- T5 追加的需要: 療養病床（医療区分1）から退院した人の行き先 ---------------------------------------

-- 医療区分1の入院料が期間（年度）内に算定され（どの月でもよい）、入院レセプトがその期間に途切れた月を退院とする。
-- 65歳以上は退院の月の年齢。2回以上の退院は最初のもの。再入院は問わない。退院の月は6か月に数えない。
local stay = medical_claims { setting = "inpatient" }
  :having(medical_items { item = codes.chronic_ward_category1 }, { match = "period" })
local discharged = stay:discharges { keep = "earliest" }:where { age = from(65) }
local six = months(1, 6)
local home = medical_items { item = codes.home_care }
local facility = care_claims { service = { "51", "52", "54" } }
local services = care_claims { service = codes.care_services }
local used = services:where { support = "サービス" }

local t5 = {
  definition = "年度内に療養病棟入院基本料等の医療区分1が算定され、入院レセプトが途切れた（退院した）65歳以上の人"
            .. "と、退院の翌月から6か月以内に在宅医療（訪問診療料・往診料）、介護施設（51・52・54）、介護サービスを"
            .. "利用した人。",
  caveats    = with("医療区分1の入院料は、退院の月に限らず、その年度のどの月に算定されていてもよい",
                    "死亡は、すべてのレセプトが途切れたことからしか分からない",
                    "6か月分のレセプトが届いていない退院は数えず、その期間の値は計算できないとする",
                    "介護サービスに居宅介護支援・介護予防支援・福祉用具貸与は数えない"),
}
cross_table {
  id         = "additional_demand.destination",
  title      = "追加的需要: 療養病床（医療区分1）退院者の退院後6か月の状況",
  stages     = { "退院支援" },
  kind       = "outcome",
  unit       = "人",
  rows       = { areas.of "insurer" },
  columns    = {
    { "退院者", discharged:persons() },
    { "在宅医療", discharged:followed_by(home, six):persons() },
    { "介護施設", discharged:followed_by(facility, six):persons() },
    { "在宅医療と介護施設", discharged:followed_by(home, six):followed_by(facility, six):persons() },
    { "どちらもなし",
      discharged:not_followed_by(home, six):not_followed_by(facility, six):persons() },
    { "介護サービス", discharged:followed_by(used, six):persons() },
    { "施設系", discharged:followed_by(services:where { group = "施設系" }, six):persons() },
    { "居住系", discharged:followed_by(services:where { group = "居住系" }, six):persons() },
    { "住宅系", discharged:followed_by(used:where { group = "住宅系" }, six):persons() },
  },
  definition = t5.definition,
  caveats    = t5.caveats,
  references = sources,
}

cross_table {
  id         = "additional_demand.care_level",
  title      = "追加的需要: 療養病床（医療区分1）退院者の退院後6か月の要介護度",
  stages     = { "退院支援" },
  kind       = "outcome",
  unit       = "人",
  rows       = { areas.of "insurer" },
  columns    = { dim("要介護度", care_claims.care_level):within(six):missing("介護レセプトなし")
                   :with_total("計") },
  value      = discharged:persons(),
  definition = t5.definition .. "要介護度は、退院の翌月から6か月以内の最初の介護レセプトの月のもの（その月に2つあれば"
            .. "重い方）。",
  caveats    = t5.caveats,
  references = sources,
}

-- サービスの種類ごとの実人数。退院した年度に数える。
local by_type = {}
for _, service in ipairs(require "lib.care_services") do
  local label = service[1] .. " " .. service[2]
  table.insert(by_type, { label, discharged:followed_by(services:where { type = label }, six):persons() })
end
cross_table {
  id         = "additional_demand.services",
  title      = "追加的需要: 療養病床（医療区分1）退院者が6か月以内に利用した介護サービス",
  stages     = { "退院支援" },
  kind       = "outcome",
  unit       = "人",
  rows       = { areas.of "insurer" },
  columns    = by_type,
  definition = t5.definition .. "サービスの種類ごとの実人数。",
  caveats    = t5.caveats,
  references = sources,
}
