-- SPDX-License-Identifier: MIT
-- 日常の療養支援: 訪問診療、在宅療養支援診療所・病院、訪問薬剤管理指導（歯科は dental_care.lua、訪問看護は nursing.lua）
local kit = require "lib.kit"
local stages = { "日常の療養支援" }

-- NDBオープンデータの患者数は、主なコード1つで見るもの（延べにならない）と、全コードの延べの2つを置く。
local visit = kit.fee { label = "在宅患者訪問診療料", codes = codes.visit_care, main = codes.visit_care_main, stages = stages,
  main_note = "在宅患者訪問診療料（1）1のうち同一建物居住者以外の場合（114001110）という1つのコードの患者の年間の数、"
           .. "医療機関の所在地で" }
indicator(visit:institutions { id = "homecare.visit_care.institutions" })
indicator(visit:items { id = "homecare.visit_care.items" })
local patients = visit:patients({ id = "homecare.visit_care.patients" }, "月")
patients.rates = { per(1000, population { age = from(75) }), table.unpack(kit.rates) }
indicator(patients)
indicator(visit:patients_all { id = "homecare.visit_care.patients_all", name = "訪問診療を受けた患者数（全コードの延べ）" })
cross_table(visit:patients_by { id = "homecare.visit_care.patients_by_item", label = "訪問診療料", split = "visit",
  title = "訪問診療を受けた患者数（全コードの延べ）（内訳）" })
cross_table(visit:items_by { id = "homecare.visit_care.items_by_item", label = "訪問診療料", split = "visit" })

-- 在宅療養支援診療所・病院（3つの段階に共通）: 届出による。
local notified = { "地方厚生局の届出受理医療機関名簿などによる" }
indicator(kit.delivered { id = "homecare.support.clinics", caveats = notified,
  definition = "在宅療養支援診療所の届出をしている診療所の数。" })
indicator(kit.delivered { id = "homecare.support.hospitals", caveats = notified,
  definition = "在宅療養支援病院の届出をしている病院の数。" })
indicator(kit.delivered { id = "homecare.support.physicians", unit = "人", caveats = notified, decimals = 1,
  definition = "在宅療養支援診療所・病院で在宅医療を担当する医師の数。" })
-- 病床機能報告は病院と有床診療所だけが対象なので、無床の在宅療養支援診療所は数えられない。
indicator(kit.standard { id = "homecare.support.institutions", name = "在宅療養支援を担う病院・有床診療所数", unit = "施設",
  value = bed_institutions { home_care_support = true }:distinct "institution", by = areas.of "institution",
  definition = "病床機能報告で在宅療養支援の機能があると報告した病院・有床診療所の数。",
  caveats    = { "病床のある医療機関だけで、無床の在宅療養支援診療所は含まない", "未報告の医療機関があり得る" },
  references = { "病床機能報告（厚生労働省）" } })

-- 訪問薬剤管理指導: 薬局の分は調剤レセプトと介護保険にあり、医療機関の分だけが診療行為コードから分かる。
local pharmacist = kit.fee { label = "在宅患者訪問薬剤管理指導料", codes = codes.pharmacist_visit, stages = stages,
  caveats = { "医療機関の薬剤師の分だけで、大部分を占める薬局の分は含まない" } }
indicator(kit.delivered { id = "homecare.pharmacist_visit.institutions",
  definition = "訪問薬剤管理指導を実施している薬局・診療所・病院の数。" })
indicator(kit.delivered { id = "homecare.pharmacist_visit.pharmacies",
  definition = "訪問薬剤管理指導を実施している薬局の数。" })
indicator(kit.delivered { id = "homecare.pharmacist_visit.persons", unit = "人/年",
  definition = "薬局・診療所・病院の訪問薬剤管理指導を受けた人の数。" })
indicator(pharmacist:institutions { id = "homecare.pharmacist_visit.medical_institutions",
  name = "訪問薬剤管理指導を実施する診療所・病院数" })
indicator(pharmacist:items { id = "homecare.pharmacist_visit.items",
  name = "在宅患者訪問薬剤管理指導料の算定回数（医療機関の分）" })
indicator(pharmacist:patients({ id = "homecare.pharmacist_visit.patients",
  name = "訪問薬剤管理指導を受けた者の数（医療機関の分）" }, "月"))
cross_table(pharmacist:patients_by { id = "homecare.pharmacist_visit.patients_by_item", label = "人数", split = "visit",
  title = "訪問薬剤管理指導を受けた者の数（医療機関の分）（内訳）" })
cross_table(pharmacist:items_by { id = "homecare.pharmacist_visit.items_by_item", label = "人数", split = "visit",
  title = "在宅患者訪問薬剤管理指導料の算定回数（医療機関の分）（内訳）" })
