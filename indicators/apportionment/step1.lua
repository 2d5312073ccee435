-- SPDX-License-Identifier: MIT
-- STEP1: 介護医療院などの介護保険施設への移行で対応する分（①）。転換意向調査の値を下限とする。
local line = require "lib.line"
local L, s = line.define, line.s
local survey, agreed = facts "apportionment_survey", facts "apportionment_agreed"

L("step1.medical", "医療療養病床からの移行（下限）", survey:sum "medical",
  "転換意向調査で把握した、その年度末の医療療養病床からの移行の見込み量。入力した値。", s.notice, { decimals = 1 })
L("step1.designated", "介護療養型医療施設からの移行（下限）",
  choose { { since(line.abolished), survey:sum("designated_all"):most_recent { years = 6 } }, survey:sum "designated" },
  "令和4年度末までは転換意向調査の見込み量、廃止の期限である令和5年度末からは全数。入力した値。", s.notice, { decimals = 1 })
L("step1.lower_bound", "①の下限", total(line.of "step1.medical", line.of "step1.designated"):rounded { how = "up" },
  "医療療養病床からの移行 ＋ 介護療養型医療施設からの移行。下限を下回らないよう、端数は切り上げて整数にする。", s.notice)
L("step1.agreed", "①の協議で決めた値", agreed { item = "conversion" }:sum(),
  "協議の場で①として決めた値。なければ空欄のままにする。入力した値。", { s.whole, s.notice }, { decimals = 1 })
L("step1.value", "①療養病床からの移行", highest(line.of "step1.lower_bound", first_of(line.of "step1.agreed", line.of "step1.lower_bound")),
  "協議で決めた値。なければ①の下限。下限より小さい値は採らない。", { s.whole, s.notice })
L("step1.below", "①の協議で決めた値の、下限に足りない分",
  highest(difference(line.of "step1.lower_bound", first_of(line.of "step1.agreed", line.of "step1.lower_bound")), 0),
  "①の下限 － 協議で決めた値（負なら0）。0でなければ、決めた値が下限を下回っている。", s.notice,
  { check = "①の協議で決めた値が、転換意向調査による下限を下回っている。計算には下限を使った" })
