-- SPDX-License-Identifier: MIT
-- 別表11「在宅医療の体制構築に係る現状把握のための指標例」（平成29年3月31日医政局地域医療計画課長通知）と、その指標
--
-- 印・下線・赤字・目標設定の求められ方は、ここだけに書く。指標はここから受け取る（lib/kit.lua）。
--   marked      ●（重点指標）。underline 第7次医療計画で新たに追加（下線）。red 中間見直しで追加（赤字、在宅歯科医療）
--   ids         その項目の指標。2つ以上のときは { ID, 名称 }。名称は、届ける表（layouts/standard_list.lua）の「項目」に書く名前
--   substitutes その項目の一部だけ、または別の数え方による、代わりの指標
--   best        最もよく答えられるデータ（answers の先頭）
--   uncertain   資料の文字だけからは決められないもの
-- 元の図は文字だけが手元にあり、下線の位置が失われている。下線は、診療報酬の新設の時期（退院後訪問指導料 2016年4月、
-- 在宅療養後方支援病院 2014年4月）から新しいと分かる3項目だけに付け、ほかは空けた。●のうち訪問看護利用者数は、列が
-- 失われていて最も不確か。赤字の5項目は、在宅医療及び医療・介護連携に関するワーキンググループ（令和元年9月6日・11月
-- 27日）の報道による。置かれた段階は書かれていないので、日常の療養支援とした。
local discharge, daily, emergency, last =
  { "退院支援" }, { "日常の療養支援" }, { "急変時の対応" }, { "看取り" }

local items = {
  -- ストラクチャー 退院支援
  { name = "退院支援担当者を配置している診療所・病院数", kind = "structure", stages = discharge, best = "facts",
    ids = { "homecare.discharge_staff.institutions" } },
  { name = "退院支援を実施している診療所・病院数", kind = "structure", stages = discharge, marked = true, best = "KDB",
    ids = { "homecare.discharge_support.institutions" }, substitutes = { "homecare.discharge_support.items" } },
  { name = "介護支援連携指導を実施している診療所・病院数", kind = "structure", stages = discharge, best = "KDB",
    ids = { "homecare.care_link.institutions" }, substitutes = { "homecare.care_link.items" } },
  { name = "退院時共同指導を実施している診療所・病院数", kind = "structure", stages = discharge, best = "KDB",
    ids = { "homecare.joint_guidance.institutions" },
    substitutes = { "homecare.joint_guidance_1.items", "homecare.joint_guidance_2.items" } },
  { name = "退院後訪問指導を実施している診療所・病院数", kind = "structure", stages = discharge, best = "KDB",
    underline = true, uncertain = "underline",
    ids = { "homecare.post_discharge_visit.institutions" }, substitutes = { "homecare.post_discharge_visit.items" } },
  -- ストラクチャー 日常の療養支援
  { name = "訪問診療を実施している診療所・病院数", kind = "structure", stages = daily, marked = true, best = "KDB",
    ids = { "homecare.visit_care.institutions" }, substitutes = { "homecare.visit_care.items" } },
  { name = "在宅療養支援診療所・病院数、医師数", kind = "structure", best = "facts",
    stages = { "日常の療養支援", "急変時の対応", "看取り" },
    ids = { { "homecare.support.clinics", "在宅療養支援診療所数" }, { "homecare.support.hospitals", "在宅療養支援病院数" },
            { "homecare.support.physicians", "在宅療養支援診療所・病院の医師数" } },
    substitutes = { "homecare.support.institutions" } },
  { name = "訪問看護事業所数、従事者数", kind = "structure", stages = daily, marked = true, best = "facts",
    ids = { { "homecare.nursing.stations", "訪問看護事業所数" }, { "homecare.nursing.staff", "訪問看護事業所の従事者数" } },
    substitutes = { "homecare.nursing.care_offices" } },
  { name = "小児の訪問看護を実施している訪問看護事業所数", kind = "structure", stages = daily, best = "facts",
    ids = { "homecare.nursing.child_stations" } },
  { name = "歯科訪問診療を実施している診療所・病院数", kind = "structure", stages = daily, best = "KDB",
    ids = { "homecare.dental_visit.institutions" }, substitutes = { "homecare.dental_visit.items" } },
  { name = "在宅療養支援歯科診療所数", kind = "structure", stages = { "日常の療養支援", "急変時の対応" }, best = "facts",
    ids = { "homecare.dental_support.clinics" }, substitutes = { "homecare.dental_support.billing" } },
  { name = "訪問薬剤指導を実施する薬局・診療所・病院数", kind = "structure", stages = daily, best = "facts",
    ids = { { "homecare.pharmacist_visit.institutions", "訪問薬剤指導を実施する薬局・診療所・病院数" },
            { "homecare.pharmacist_visit.pharmacies", "訪問薬剤指導を実施する薬局数" } },
    substitutes = { "homecare.pharmacist_visit.medical_institutions", "homecare.pharmacist_visit.items" } },
  -- ストラクチャー 急変時の対応
  { name = "往診を実施している診療所・病院数", kind = "structure", stages = emergency, marked = true, best = "KDB",
    ids = { "homecare.house_call.institutions" }, substitutes = { "homecare.house_call.items" } },
  { name = "在宅療養後方支援病院", kind = "structure", stages = emergency, best = "facts",
    underline = true, uncertain = "underline", ids = { { "homecare.backup.hospitals", "在宅療養後方支援病院数" } } },
  { name = "24時間体制を取っている訪問看護ステーション数、従事者数", kind = "structure", stages = emergency, marked = true,
    best = "facts",
    ids = { { "homecare.nursing.stations_24h", "24時間体制を取っている訪問看護ステーション数" },
            { "homecare.nursing.staff_24h", "24時間体制を取っている訪問看護ステーションの従事者数" } } },
  -- ストラクチャー 看取り
  { name = "在宅看取り（ターミナルケア）を実施している診療所・病院数", kind = "structure", stages = last, marked = true,
    best = "KDB", ids = { "homecare.terminal_care.institutions" }, substitutes = { "homecare.terminal_care.items" } },
  { name = "ターミナルケアを実施している訪問看護ステーション数", kind = "structure", stages = last, best = "facts",
    ids = { "homecare.nursing.terminal_stations" } },
  -- プロセス 退院支援
  { name = "退院支援（退院調整）を受けた患者数", kind = "process", stages = discharge, best = "KDB",
    ids = { "homecare.discharge_support.patients" } },
  { name = "介護支援連携指導を受けた患者数", kind = "process", stages = discharge, best = "KDB",
    ids = { "homecare.care_link.patients" } },
  { name = "退院時共同指導を受けた患者数", kind = "process", stages = discharge, best = "KDB",
    ids = { "homecare.joint_guidance.patients" },
    substitutes = { "homecare.joint_guidance_1.patients", "homecare.joint_guidance_2.patients" } },
  { name = "退院後訪問指導料を受けた患者数", kind = "process", stages = discharge, best = "KDB",
    underline = true, uncertain = "underline", ids = { "homecare.post_discharge_visit.patients" } },
  -- プロセス 日常の療養支援
  { name = "訪問診療を受けた患者数", kind = "process", stages = daily, marked = true, best = "KDB",
    ids = { "homecare.visit_care.patients" }, substitutes = { "homecare.visit_care.patients_all" } },
  { name = "訪問歯科診療を受けた患者数", kind = "process", stages = daily, best = "KDB",
    ids = { "homecare.dental_visit.patients" } },
  { name = "訪問看護利用者数", kind = "process", stages = daily, marked = true, uncertain = "marked", best = "facts",
    ids = { "homecare.nursing.users" },
    substitutes = { "homecare.nursing.care_users", "homecare.nurse_visit.patients", "homecare.nurse_visit.items" } },
  { name = "訪問薬剤管理指導を受けた者の数", kind = "process", stages = daily, best = "facts",
    ids = { "homecare.pharmacist_visit.persons" }, substitutes = { "homecare.pharmacist_visit.patients" } },
  { name = "小児の訪問看護利用者数", kind = "process", stages = daily, best = "facts",
    ids = { "homecare.nursing.child_users" } },
  -- プロセス 急変時の対応
  { name = "往診を受けた患者数", kind = "process", stages = emergency, best = "KDB",
    ids = { "homecare.house_call.patients" } },
  -- プロセス 看取り
  { name = "在宅ターミナルケアを受けた患者数", kind = "process", stages = last, marked = true, best = "KDB",
    ids = { "homecare.terminal_care.patients" } },
  { name = "看取り数（死亡診断のみの場合を含む）", kind = "process", stages = last, marked = true, best = "KDB",
    ids = { "homecare.deaths_at_home.items" },
    substitutes = { "homecare.attended_death.patients", "homecare.attended_death.items",
                    "homecare.death_certified.patients", "homecare.death_certified.items" } },
  { name = "在宅死亡者数", kind = "process", stages = last, best = "facts", ids = { "homecare.home_deaths.deaths" } },
  -- 赤字: 在宅歯科医療
  { name = "在宅歯科診療に関する連携拠点数", kind = "structure", stages = daily, red = true, uncertain = "stages",
    best = "facts", ids = { "homecare.dental_hubs.hubs" } },
  { name = "訪問口腔衛生指導を実施している診療所・病院数", kind = "structure", stages = daily, red = true,
    uncertain = "stages", best = "KDB",
    ids = { "homecare.dental_hygiene.institutions" }, substitutes = { "homecare.dental_hygiene.items" } },
  { name = "在宅で活躍する栄養サポートチーム（NST）と連携する歯科医療機関数", kind = "structure", stages = daily, red = true,
    uncertain = "stages", best = "KDB",
    ids = { "homecare.dental_nutrition.institutions" }, substitutes = { "homecare.dental_nutrition.items" } },
  { name = "歯科衛生士を帯同した訪問歯科診療を受けた患者数", kind = "process", stages = daily, red = true,
    uncertain = "stages", best = "KDB", ids = { "homecare.dental_assistant.patients" } },
  { name = "訪問口腔衛生指導を受けた患者数", kind = "process", stages = daily, red = true, uncertain = "stages",
    best = "KDB", ids = { "homecare.dental_hygiene.patients" } },
  -- 別表11にはなく、目標設定するべき項目のイメージ（同じ資料の34枚目）だけにあるもの
  { name = "退院支援ルールを設定している二次医療圏数", kind = "structure", stages = discharge, beside = true, best = "facts",
    ids = { "homecare.discharge_rules.areas" } },
  { name = "機能強化型訪問看護ステーション数", kind = "structure", stages = emergency, beside = true, best = "facts",
    uncertain = "stages", ids = { "homecare.nursing.enhanced_stations" } },
}

-- 目標設定の求められ方（34枚目）: must 必ず記載（原則）、where_possible 可能な限り記載
local obligations = {
  { "訪問診療を実施している診療所、病院数", "must", { "homecare.visit_care.institutions", "homecare.visit_care.items" } },
  { "退院支援ルールを設定している二次医療圏数", "where_possible", { "homecare.discharge_rules.areas" } },
  { "在宅療養後方支援病院数", "where_possible", { "homecare.backup.hospitals" } },
  { "在宅療養支援病院数", "where_possible", { "homecare.support.hospitals", "homecare.support.institutions" } },
  { "在宅看取りを実施している診療所、病院数", "where_possible",
    { "homecare.terminal_care.institutions", "homecare.terminal_care.items" } },
  { "24時間体制を取っている訪問看護ステーション数", "where_possible", { "homecare.nursing.stations_24h" } },
  { "機能強化型訪問看護ステーション数", "where_possible", { "homecare.nursing.enhanced_stations" } },
  { "訪問歯科診療を実施している歯科診療所数", "where_possible",
    { "homecare.dental_visit.institutions", "homecare.dental_visit.items" } },
  { "在宅療養支援歯科診療所数", "where_possible", { "homecare.dental_support.clinics", "homecare.dental_support.billing" } },
  { "訪問薬剤指導を実施している事業所数", "where_possible",
    { "homecare.pharmacist_visit.institutions", "homecare.pharmacist_visit.pharmacies",
      "homecare.pharmacist_visit.medical_institutions", "homecare.pharmacist_visit.items" } },
}

return { items = items, obligations = obligations }
