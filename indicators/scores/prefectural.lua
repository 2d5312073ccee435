-- SPDX-License-Identifier: MIT
-- 都道府県分: ア〜シ（12項目）と ス（管内市町村の⑦の平均点が都道府県の上位5割）、総合得点と配分
local points  = require "lib.points"
local answers = facts "incentive_prefecture"
local source  = "003 保険者機能強化推進交付金（都道府県分）における調査項目（2019年度）"
local function here(value) return value:each_area(areas.all "prefecture", { above = "none" }) end

local scores = {}
for i, item in ipairs { "ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ", "コ", "サ", "シ" } do
  scores[i] = { answers { item = item, done = true }:areas { set = "prefecture" }, points.prefectural }
end

indicator { id = "incentive.prefecture.items", name = "都道府県分 ア〜シの得点", unit = "点", kind = "process", better = "higher",
  value = here(composite(scores)), references = source, definition = "該当する項目の点数の合計。点数は lib/points.lua。" }
indicator { id = "incentive.prefecture.mean", name = "管内市町村の⑦の平均点", unit = "点", kind = "process", better = "higher",
  value = here(value_of "incentive.municipality.item7":over(areas.all "municipality", { how = "mean" })),
  definition = "市町村1つを1として数えた平均。得点の分からない市町村があれば計算しない。" }
indicator { id = "incentive.prefecture.su", name = "都道府県分 ス の得点（上位5割）", unit = "点", kind = "process", better = "higher",
  value = composite { { value_of "incentive.prefecture.mean":top_half { ties = "min" }, points.top } }, references = source,
  definition = "管内市町村の⑦の平均点が、都道府県の上位5割なら得点。境目で同じ値の都道府県はすべて上位に入れる。" }
indicator { id = "incentive.prefecture.total", name = "都道府県分 総合得点", unit = "点", kind = "process", better = "higher",
  value = composite { value_of "incentive.prefecture.items", value_of "incentive.prefecture.su" } }
indicator { id = "incentive.prefecture.grant", name = "都道府県分 交付額（10億円の配分）", unit = "円", decimals = 0,
  value = value_of "incentive.prefecture.total":allocate { amount = 1000000000, unit = 1000 }, references = source,
  definition = "10億円を総合得点に応じて配分する。千円未満を切り捨て、残りは端数の大きい順に千円ずつ。" }
