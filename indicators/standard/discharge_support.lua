-- SPDX-License-Identifier: MIT
-- 退院支援: 入院から在宅療養への移行
local kit = require "lib.kit"
local stages = { "退院支援" }

local support = kit.fee { label = "入退院支援加算1・2・3", codes = codes.discharge_support, stages = stages }
indicator(support:institutions { id = "homecare.discharge_support.institutions" })
indicator(support:items { id = "homecare.discharge_support.items", name = "入退院支援加算の算定回数" })
indicator(support:patients({ id = "homecare.discharge_support.patients" }, "年"))
cross_table(support:patients_by { id = "homecare.discharge_support.patients_by_item", label = "加算", split = "support",
  title = "退院支援（退院調整）を受けた患者数（内訳）" })
cross_table(support:items_by { id = "homecare.discharge_support.items_by_item", label = "加算", split = "support",
  title = "入退院支援加算の算定回数（内訳）" })

local link = kit.fee { label = "介護支援等連携指導料", codes = codes.care_link, single = true }
indicator(link:institutions { id = "homecare.care_link.institutions" })
indicator(link:items { id = "homecare.care_link.items" })
indicator(link:patients({ id = "homecare.care_link.patients" }, "年"))

-- 1は在宅側、2は入院側の医療機関が算定する。両方で算定された患者は、国保データベースでは1人。
local at_home  = kit.fee { label = "退院時共同指導料1", codes = codes.joint_guidance_1, stages = stages }
local at_ward  = kit.fee { label = "退院時共同指導料2", codes = codes.joint_guidance_2, caveats = { kit.caveats.both } }
local guidance = kit.fee { label = "退院時共同指導料1・2", claims = union(at_home.claims, at_ward.claims) }
indicator(guidance:institutions { id = "homecare.joint_guidance.institutions" })
indicator(guidance:patients({ id = "homecare.joint_guidance.patients" }, "年"))
indicator(at_home:items { id = "homecare.joint_guidance_1.items" })
indicator(at_home:patients({ id = "homecare.joint_guidance_1.patients",
  name = "退院時共同指導を受けた患者数（在宅側、退院時共同指導料1）" }, "年"))
cross_table(at_home:patients_by { id = "homecare.joint_guidance_1.patients_by_item", label = "医療機関", split = "place",
  title = "退院時共同指導を受けた患者数（在宅側、退院時共同指導料1）（内訳）" })
cross_table(at_home:items_by { id = "homecare.joint_guidance_1.items_by_item", label = "医療機関", split = "place" })
indicator(at_ward:items { id = "homecare.joint_guidance_2.items" })
indicator(at_ward:patients({ id = "homecare.joint_guidance_2.patients",
  name = "退院時共同指導を受けた患者数（入院側、退院時共同指導料2）" }, "年"))

local visit = kit.fee { label = "退院後訪問指導料", codes = codes.post_discharge_visit, caveats = { kit.caveats.both } }
indicator(visit:institutions { id = "homecare.post_discharge_visit.institutions" })
indicator(visit:items { id = "homecare.post_discharge_visit.items" })
indicator(visit:patients({ id = "homecare.post_discharge_visit.patients" }, "年"))

indicator(kit.delivered { id = "homecare.discharge_staff.institutions",
  definition = "退院支援の担当者を配置している診療所・病院の数。",
  caveats = { "医療施設調査などによる" } })
indicator(kit.delivered { id = "homecare.discharge_rules.areas", unit = "圏域",
  definition = "入退院のときの病院とケアマネジャーの連絡のルールを設定している二次医療圏の数（圏域の値は1か0）。",
  caveats = { "別表11の項目ではなく、目標設定するべき項目として示されたもの" } })
