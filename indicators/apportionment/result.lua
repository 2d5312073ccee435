-- SPDX-License-Identifier: MIT
-- 協議の場で決めた値があれば、按分した値に代える。
local line = require "lib.line"
local L, s, of = line.define, line.s, line.of
local agreed = facts "apportionment_agreed"

for _, item in ipairs { { "facility", "②その他の介護施設" }, { "home", "③在宅医療" } } do
  local id, name = item[1], item[2]
  L("agreed." .. id, name .. "の協議で決めた値", agreed { item = id }:sum(),
    "協議の場で決めた値。なければ空欄のままにする。入力した値。", { s.whole, s.notice }, { decimals = 1 })
  L("result." .. id, name, first_of(of("agreed." .. id), of("step2." .. id)), "協議で決めた値。なければ按分した値。", { s.whole, s.notice })
end
L("result.conversion", "①療養病床からの移行", of "step1.value", "STEP1の値。", { s.whole, s.notice })
L("result.total", "①＋②＋③", total(of "result.conversion", of "result.facility", of "result.home"), "3つの値の合計。", s.whole)
L("result.shortfall", "①＋②＋③が追加的需要に足りない分", highest(difference(of "demand.year", of "result.total"), 0),
  "その年度末の追加的需要 －（①＋②＋③）（負なら0）。", { s.whole, s.status })
