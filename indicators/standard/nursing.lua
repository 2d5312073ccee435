-- SPDX-License-Identifier: MIT
-- 訪問看護: 日常の療養支援、急変時の対応、看取り
-- 事業所・従事者・利用者は届ける表による。介護レセプトと医療機関の分は、その一部としての代わりの指標。
local kit = require "lib.kit"

local surveyed = { "介護サービス施設・事業所調査などによる" }
local function stations(id, what, unit)
  return kit.delivered { id = "homecare.nursing." .. id, definition = what, caveats = surveyed, unit = unit,
                         decimals = unit == "人" and 1 or nil }
end
indicator(stations("stations", "訪問看護を行う事業所（訪問看護ステーション、医療機関）の数。"))
indicator(stations("staff", "訪問看護を行う事業所の看護職員などの数（常勤換算）。", "人"))
indicator(stations("child_stations", "小児の訪問看護を行った訪問看護事業所の数。"))
indicator(stations("stations_24h", "24時間対応の体制の届出をしている訪問看護ステーションの数。"))
indicator(stations("staff_24h", "24時間対応の体制の届出をしている訪問看護ステーションの従事者の数（常勤換算）。", "人"))
indicator(stations("enhanced_stations", "機能強化型訪問看護管理療養費の届出をしている訪問看護ステーションの数。"))
indicator(stations("terminal_stations", "ターミナルケアを行った、またはその体制のある訪問看護ステーションの数。"))
indicator(stations("users", "訪問看護を利用した人の数（医療保険と介護保険）。", "人/月"))
indicator(stations("child_users", "訪問看護を利用した小児の数。", "人/月"))

-- 介護保険の訪問看護（13 訪問看護、63 介護予防訪問看護）
local care = care_claims { service = { "13", "63" } }
local care_only = { "介護保険の訪問看護だけで、医療保険の訪問看護は含まない", "介護レセプトの事業所には、みなし指定の医療機関も含む" }
indicator(kit.standard { id = "homecare.nursing.care_offices", name = "介護保険の訪問看護を行った事業所数", unit = "施設",
  value = care:distinct "office", by = areas.of "institution", caveats = care_only,
  definition = "期間内に訪問看護費・介護予防訪問看護費を請求した事業所の数（事業所の所在地）。" })
indicator(kit.standard { id = "homecare.nursing.care_users", name = "介護保険の訪問看護の利用者数", unit = "人/月",
  value = care:persons():monthly_average(), by = areas.of "insurer", caveats = { care_only[1] },
  definition = "訪問看護費・介護予防訪問看護費を請求された人の月平均（保険者の市町村）。" })

local visit = kit.fee { label = "在宅患者訪問看護・指導料と同一建物居住者訪問看護・指導料", codes = codes.nurse_visit,
  stages = { "日常の療養支援" },
  caveats = { "医療機関が行う訪問看護だけで、訪問看護ステーションの訪問看護（医療保険・介護保険）は含まない" } }
indicator(visit:patients({ id = "homecare.nurse_visit.patients", name = "医療機関の訪問看護を受けた患者数" }, "月"))
indicator(visit:items { id = "homecare.nurse_visit.items", name = "在宅患者訪問看護・指導料の算定回数" })
cross_table(visit:patients_by { id = "homecare.nurse_visit.patients_by_item", label = "居住", split = "place",
  title = "医療機関の訪問看護を受けた患者数（内訳）", unit = "人/年（延べ）" })
cross_table(visit:items_by { id = "homecare.nurse_visit.items_by_item", label = "居住", split = "place",
  title = "在宅患者訪問看護・指導料の算定回数（内訳）" })
