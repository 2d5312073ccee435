-- SPDX-License-Identifier: MIT
-- 第7期に達成できなかった分を、上限（★）まで第8期の整備目標に上乗せする。年度は期の終わり（令和5年度末）で見る。
local line = require "lib.line"
local L, s, of = line.define, line.s, line.of
local plans, actual, ceiling = facts "apportionment_plans", facts "apportionment_actual", facts "apportionment_ceiling"
local reading = { caveats = { line.added_up, "資料は★を図で示すだけで、値を書いていない。★は、前の期にまったく達成できなかった"
  .. "ときにこの期で必要になる量、つまりこの期の終わりの①②③の値そのものと読み、別の上限を入力すればそれを使う" } }
local function this_term(value) return choose { { since(line.term), value }, 0 } end

for _, item in ipairs(line.items) do
  local id, name = item[1], item[2]
  local function L2(part, label, value, definition, more)
    L("carry." .. id .. "." .. part, name .. label, value, definition, s.review, more)
  end
  L2("before", "の前の期の目標", this_term(first_of(plans { item = id }:sum():earlier { years = 3 }, of("result." .. id):earlier { years = 3 })),
    "3年前（前の期の終わり）の、両計画に設定した値。なければ、その年度末の計算した値。第7期は0とする。")
  L2("actual", "の前の期の実績", this_term(actual { item = id }:sum():earlier { years = 3 }),
    "3年前（前の期の終わり）の実績。入力した値。第7期は0とする。", { decimals = 1 })
  L2("unmet", "の前の期に達成できなかった分", highest(difference(of("carry." .. id .. ".before"), of("carry." .. id .. ".actual")), 0),
    "前の期の目標 － 前の期の実績（負なら0）。")
  L2("increase", "のこの期の増分", difference(of("result." .. id), of("carry." .. id .. ".before")), "この期の終わりの値 － 前の期の目標。")
  L2("ceiling", "の上限（★）", first_of(ceiling { item = id }:sum(), of("result." .. id)), "入力した上限。なければ、この期の終わりの値。", reading)
  L2("carried", "に上乗せする分",
    highest(lowest(of("carry." .. id .. ".unmet"), difference(of("carry." .. id .. ".ceiling"), of("carry." .. id .. ".increase"))), 0),
    "達成できなかった分。ただし、この期の増分と合わせて上限（★）を超えない（上限を超えた分は切り、負なら0）。", reading)
  L2("need", "のこの期に必要な整備量", total(of("carry." .. id .. ".increase"), of("carry." .. id .. ".carried")),
    "この期の増分 ＋ 上乗せする分。")
end
local function sum(part)
  return total(of("carry.conversion." .. part), of("carry.facility." .. part), of("carry.home." .. part))
end
L("carry.total.unmet", "①＋②＋③の前の期に達成できなかった分", sum "unmet", "①②③の合計。", s.review)
L("carry.total.carried", "①＋②＋③に上乗せする分", sum "carried", "①②③の合計。", s.review)
L("carry.total.need", "①＋②＋③のこの期に必要な整備量", sum "need", "①②③の合計。", s.review)
