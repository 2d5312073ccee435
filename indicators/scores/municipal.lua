-- SPDX-License-Identifier: MIT
-- 市町村分: 項目①〜⑥の段階の得点、⑦ 加算の取得率（全保険者の上位5割）、総合得点と配分
local points  = require "lib.points"
local answers = facts "incentive_municipality"
local fees    = facts "coordination_fees"
local town    = areas.all "municipality"
local source  = "003 保険者機能強化推進交付金（市町村分）における調査項目（2019年度）"

-- 都道府県などの広い地域の得点にはしない。
local function here(value) return value:each_area(town, { above = "none" }) end
-- 回答した段階の点数。最も高い段階をとる。
local function reached(item, score)
  local parts = { how = "best" }
  for i, level in ipairs(item.levels) do
    parts[i] = { answers { item = item.item, level = level[1] }:areas { set = "municipality" }, score and level[2] or 1 }
  end
  return here(composite(parts))
end

local scores, done = {}, { how = "all" }
for i, item in ipairs(points.municipal) do
  local id = "incentive.municipality.item" .. item.item
  scores[i], done[i] = value_of(id), reached(item, false)
  indicator { id = id, name = "市町村分 " .. item.name .. "の得点", unit = "点",
    kind = "process", better = "higher", value = reached(item, true), references = source,
    definition = "回答した段階の点数（段階のうち最も高いもの）。点数は lib/points.lua。" }
end

for _, fee in ipairs { { "admission", "入院時情報連携加算", "item7a" }, { "discharge", "退院・退所加算", "item7b" } } do
  local rate = "incentive." .. fee[1] .. ".rate"
  indicator { id = rate, name = fee[2] .. "の取得率", unit = "%", kind = "process", better = "higher",
    value = percent(fees:sum(fee[1]), fees:sum "recipients"), references = source,
    definition = "居宅介護支援の受給者のうち、" .. fee[2] .. "のある人の割合。" }
  indicator { id = "incentive.municipality." .. fee[3], name = "市町村分 ⑦ " .. fee[2] .. "の得点（上位5割）", unit = "点",
    kind = "process", better = "higher", value = here(composite { { value_of(rate):top_half { ties = "min" }, points.rate } }),
    definition = "取得率が全保険者の上位5割なら得点。境目で同じ値の保険者はすべて上位に入れる（ties = \"min\"）。", references = source,
    caveats = "全国の保険者の値がなければ、ある保険者の中での上位5割になる" }
  scores[#scores + 1] = value_of("incentive.municipality." .. fee[3])
end

indicator { id = "incentive.municipality.item7", name = "市町村分 ⑦ 加算の取得率の得点", unit = "点", kind = "process",
  value = total { value_of "incentive.municipality.item7a", value_of "incentive.municipality.item7b" } }
indicator { id = "incentive.municipality.all_items", name = "市町村分 ①〜⑥のすべてに取り組んでいる", unit = "該当", kind = "process",
  value = composite(done), definition = "①〜⑥のすべてで、いずれかの段階に達していれば1、一つでも達していなければ0。" }
indicator { id = "incentive.municipality.total", name = "市町村分 総合得点", unit = "点", kind = "process", better = "higher",
  value = composite(scores), definition = "①〜⑦の得点の合計。分からない項目があれば計算しない（0点とはみなさない）。" }
indicator { id = "incentive.municipality.grade", name = "市町村分 得点の段階", unit = "段階", kind = "process",
  value = value_of "incentive.municipality.total":grade { scheme = "満点70点の8割・5割", { "A", from = 56 }, { "B", from = 35 }, { "C" } } }
indicator { id = "incentive.municipality.grant", name = "市町村分 交付額（190億円の配分）", unit = "円", decimals = 0,
  value = value_of "incentive.municipality.total":allocate { amount = 19000000000, unit = 1000, rounding = "largest_remainder" },
  definition = "190億円を総合得点に応じて配分する。千円未満を切り捨て、残りは端数の大きい順に千円ずつ。合計は190億円になる。",
  caveats = "資料の「総合得点に応じて分配」だけを計算する（保険者の規模などは考えない）", references = source }
