-- SPDX-License-Identifier: MIT
-- STEP2: ①以外の分を、在宅医療（③）と介護施設（②）に按分する。
local line = require "lib.line"
local L, s, of = line.define, line.s, line.of

L("step2.rest", "②と③で対応する分", highest(difference(of "demand.year", of "step1.value"), 0),
  "その年度末の追加的需要 － ①（負なら0）。", s.whole)
L("step2.home", "③在宅医療（按分）",
  choose { { of "step2.rest", ratio(of "step2.rest", total(1, of "ratio.chosen")) }, 0 }:rounded(),
  "②と③で対応する分 ÷（1 ＋ 按分に使う比）。四捨五入して整数にする。対応する分が0なら、比によらず0。", { s.whole, s.notice })
L("step2.facility", "②その他の介護施設（按分）", difference(of "step2.rest", of "step2.home"),
  "②と③で対応する分 － ③在宅医療（按分）。足して元に戻るように、残りとする。", { s.whole, s.notice })
