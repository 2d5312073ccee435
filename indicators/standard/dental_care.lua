-- SPDX-License-Identifier: MIT
-- 在宅歯科医療: 歯科訪問診療、在宅療養支援歯科診療所、中間見直しで追加された項目（赤字）
-- 国保データベースでは、歯科レセプトが届いていなければ未報告（0ではない）。
local kit = require "lib.kit"
local stages = { "日常の療養支援" }

local visit = kit.fee { label = "歯科訪問診療料", codes = codes.dental_visit, type = "dental", stages = stages }
indicator(visit:institutions { id = "homecare.dental_visit.institutions" })
indicator(visit:items { id = "homecare.dental_visit.items" })
indicator(visit:patients({ id = "homecare.dental_visit.patients" }, "月"))
cross_table(visit:patients_by { id = "homecare.dental_visit.patients_by_item", label = "歯科訪問診療料", split = "visit",
  title = "訪問歯科診療を受けた患者数（内訳）" })
cross_table(visit:items_by { id = "homecare.dental_visit.items_by_item", label = "歯科訪問診療料", split = "visit" })

local hygiene = kit.fee { label = "訪問歯科衛生指導料", codes = codes.dental_hygiene, type = "dental" }
indicator(hygiene:institutions { id = "homecare.dental_hygiene.institutions" })
indicator(hygiene:items { id = "homecare.dental_hygiene.items" })
indicator(hygiene:patients({ id = "homecare.dental_hygiene.patients" }, "月"))

local nutrition = kit.fee { label = "栄養サポートチーム等連携加算", codes = codes.dental_nutrition, type = "dental" }
indicator(nutrition:institutions { id = "homecare.dental_nutrition.institutions" })
indicator(nutrition:items { id = "homecare.dental_nutrition.items" })

local assistant = kit.fee { label = "歯科訪問診療補助加算", codes = codes.dental_assistant, type = "dental" }
indicator(assistant:patients({ id = "homecare.dental_assistant.patients" }, "月"))

indicator(kit.delivered { id = "homecare.dental_support.clinics",
  definition = "在宅療養支援歯科診療所の届出をしている診療所の数。",
  caveats = { "地方厚生局の届出受理医療機関名簿による" } })
local support = kit.fee { label = "在宅療養支援歯科診療所だけが算定する管理料・加算", codes = codes.dental_support,
  type = "dental", caveats = { "届け出ていても、期間内に算定のない診療所は数えない" } }
indicator(support:institutions { id = "homecare.dental_support.billing", name = "在宅療養支援歯科診療所として算定した診療所数" })
indicator(kit.delivered { id = "homecare.dental_hubs.hubs", unit = "か所",
  definition = "在宅歯科医療の相談や調整を行う連携拠点（在宅歯科医療連携室など）の数。" })
