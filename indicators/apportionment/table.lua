-- SPDX-License-Identifier: MIT
-- 計算の全体を、上から下へ1行ずつ並べた表
local line = require "lib.line"
local lines = {
  { "C3未満（令和7年）", "demand.c3_below" }, { "医療区分1の患者数（令和7年）", "demand.category1" },
  { "医療区分1の70％", "demand.category1_70" }, { "地域差解消分（令和7年）", "demand.regional_gap" },
  { "④外来医療で対応する分（令和7年）", "demand.outpatient" }, { "追加的需要（令和7年）", "demand.total" },
  { "その年度末の追加的需要", "demand.year" },
  { "医療療養病床からの移行（下限）", "step1.medical" }, { "介護療養型医療施設からの移行（下限）", "step1.designated" },
  { "①の下限", "step1.lower_bound" }, { "①の協議で決めた値", "step1.agreed" }, { "①療養病床からの移行", "step1.value" },
  { "②と③で対応する分", "step2.rest" },
  { "比: 国保データベース", "ratio.kdb", "倍" }, { "比: 病床機能報告", "ratio.bed_report", "倍" },
  { "比: 患者調査", "ratio.patient_survey", "倍" }, { "比: 独自の調査", "ratio.own", "倍" },
  { "按分に使う比", "ratio.chosen", "倍" },
  { "③在宅医療（按分）", "step2.home" }, { "②その他の介護施設（按分）", "step2.facility" },
  { "②の協議で決めた値", "agreed.facility" }, { "③の協議で決めた値", "agreed.home" },
  { "②その他の介護施設", "result.facility" }, { "③在宅医療", "result.home" },
  { "①＋②＋③", "result.total" }, { "追加的需要に足りない分", "result.shortfall" },
}
local columns = {}
for _, l in ipairs(lines) do
  table.insert(columns, { l[1], line.of(l[2]), unit = l[3] or "人/日" })
end
cross_table { id = "apportionment.lines", title = "追加的需要の按分", unit = "人/日", decimals = 1, rows = { areas.of "none" },
  columns = columns, kind = "structure", stages = { "地域医療構想" },
  definition = "1つの圏域と年度末の計算を、入力から結果まで1行ずつ並べた表。行ごとの計算の規則と出典は、同じ名前の指標の定義にある。",
  caveats = { line.added_up }, references = { line.s.whole, line.s.notice, line.s.review, line.s.status } }
