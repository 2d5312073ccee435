-- SPDX-License-Identifier: MIT
-- 急変時の対応: 往診、在宅療養後方支援病院（24時間体制の訪問看護は nursing.lua、在宅療養支援診療所・病院は daily_care.lua）
local kit = require "lib.kit"

local call = kit.fee { label = "往診料", codes = codes.house_call, stages = { "急変時の対応" } }
indicator(call:institutions { id = "homecare.house_call.institutions" })
indicator(call:items { id = "homecare.house_call.items" })
indicator(call:patients({ id = "homecare.house_call.patients" }, "月"))
cross_table(call:patients_by { id = "homecare.house_call.patients_by_item", label = "往診料", split = "visit",
  title = "往診を受けた患者数（内訳）" })
cross_table(call:items_by { id = "homecare.house_call.items_by_item", label = "往診料", split = "visit" })

indicator(kit.delivered { id = "homecare.backup.hospitals",
  definition = "在宅療養後方支援病院の届出をしている病院の数。",
  caveats = { "地方厚生局の届出受理医療機関名簿による" } })
