-- SPDX-License-Identifier: MIT
-- 追加的需要の推計（令和7年）と、その年度の分
local line = require "lib.line"
local L, s, D = line.define, line.s, line.demand
local function given(column) return D:sum(column):earlier { since = line.final_year } end
local one = { decimals = 1 }

L("demand.c3_below", "C3未満（令和7年）", given "c3_below", "医療資源投入量が少ない（C3未満の）患者の推計。入力した値。", s.whole, one)
L("demand.category1", "医療区分1の患者数（令和7年）", given "category1", "療養病床の医療区分1の患者の推計。全員の数。入力した値。", s.whole, one)
L("demand.category1_70", "医療区分1の70％", ratio(line.of "demand.category1", 100, { factor = 70 }), "医療区分1の患者数 × 70 ÷ 100。", s.whole, one)
L("demand.regional_gap", "地域差解消分（令和7年）", given "regional_gap", "療養病床の入院受療率の地域差を縮める分。入力した値。", s.whole, one)
L("demand.outpatient", "④外来医療で対応する分（令和7年）", given "outpatient",
  "外来医療により対応することを基本とする分（④）。入力した値。", s.whole, one)
L("demand.total", "追加的需要（令和7年）",
  difference(total(line.of "demand.c3_below", line.of "demand.category1_70", line.of "demand.regional_gap"), line.of "demand.outpatient"),
  "C3未満 ＋ 医療区分1の70％ ＋ 地域差解消分 － 外来医療で対応する分。", s.whole, one)
L("demand.year", "その年度末の追加的需要（機械的試算）",
  line.of("demand.total"):interpolate { from = line.first_year, to = line.final_year, start = 0 }:rounded(),
  "令和7年の追加的需要を、平成29年度末を0、令和7年度末を全量として月数に比例して配分した値（令和2年度末は8分の3、令和5年度末は8分の6）。"
  .. "四捨五入して整数にする。", { s.whole, s.notice },
  { caveats = { line.added_up, "資料は「比例的に算出」とだけ述べ、始まりを書いていない。図の始まり（平成29年度と30年度の境）を0とした" } })
