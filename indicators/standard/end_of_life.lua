-- SPDX-License-Identifier: MIT
-- 看取り: 在宅ターミナルケア、看取り、死亡診断、在宅死亡（ターミナルケアを行う訪問看護ステーションは nursing.lua）
local kit = require "lib.kit"
local stages = { "看取り" }

local terminal = kit.fee { label = "在宅ターミナルケア加算", codes = codes.terminal_care, stages = stages }
local attended = kit.fee { label = "看取り加算", codes = codes.attended_death }
local certified = kit.fee { label = "死亡診断加算", codes = codes.death_certified, stages = stages }

-- 在宅看取りを実施している医療機関: どちらかの加算を算定したもの
local at_home = kit.fee { label = "在宅ターミナルケア加算か看取り加算", claims = union(terminal.claims, attended.claims) }
indicator(at_home:institutions { id = "homecare.terminal_care.institutions" })
indicator(terminal:items { id = "homecare.terminal_care.items" })
indicator(terminal:patients({ id = "homecare.terminal_care.patients" }, "年"))
cross_table(terminal:patients_by { id = "homecare.terminal_care.patients_by_item", label = "訪問の種類", split = "place",
  title = "在宅ターミナルケアを受けた患者数（内訳）", unit = "人/年（延べ）" })
cross_table(terminal:items_by { id = "homecare.terminal_care.items_by_item", label = "訪問の種類", split = "place" })

indicator(attended:patients({ id = "homecare.attended_death.patients", name = "看取り加算を算定された患者数" }, "年"))
indicator(attended:items { id = "homecare.attended_death.items" })
indicator(certified:patients({ id = "homecare.death_certified.patients", name = "死亡診断加算を算定された患者数" }, "年"))
indicator(certified:items { id = "homecare.death_certified.items" })
cross_table(certified:patients_by { id = "homecare.death_certified.patients_by_item", label = "加算される診療料",
  split = "place", title = "死亡診断加算を算定された患者数（内訳）" })
cross_table(certified:items_by { id = "homecare.death_certified.items_by_item", label = "加算される診療料", split = "place" })

-- 看取り数: 看取り加算と死亡診断加算は、同じ死亡に一緒には算定されない。
indicator(kit.deaths(attended, certified, { id = "homecare.deaths_at_home.items" }))

indicator(kit.delivered { id = "homecare.home_deaths.deaths", unit = "人/年",
  definition = "自宅と老人ホームで死亡した人の数（人口動態統計）。",
  caveats = { "死亡した人の住所地による。老人ホームを含むかどうかは、届けた表の備考による" } })
