-- SPDX-License-Identifier: MIT
-- 両計画（医療計画・介護保険事業計画）に設定した値と、追加的需要の整合
local line = require "lib.line"
local L, s, of = line.define, line.s, line.of
local plans = facts "apportionment_plans"

for _, item in ipairs(line.items) do
  L("plan." .. item[1], item[2] .. "（両計画に設定した値）", plans { item = item[1] }:sum(), "両計画に設定した目標、見込み量。入力した値。", s.status)
end
L("plan.total", "①＋②＋③（両計画に設定した値）", total(of "plan.conversion", of "plan.facility", of "plan.home"), "3つの値の合計。", s.status)
L("plan.shortfall", "両計画の値が追加的需要に足りない分", highest(difference(of "demand.year", of "plan.total"), 0),
  "追加的需要（機械的試算）－ 両計画に設定した①＋②＋③（負なら0）。", s.status,
  { better = "lower", check = "両計画に設定した値が、追加的需要に足りない" })
