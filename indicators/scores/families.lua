-- SPDX-License-Identifier: MIT
-- 市町村の主な評価指標（③地域ケア会議、④介護予防、⑥維持・改善の度合い）のうち数で答えるもの: 率と、上位5割の得点
local points  = require "lib.points"
local figures = facts "incentive_families"
local town    = areas.all "municipality"
local source  = "003 保険者機能強化推進交付金 ＜参考２＞市町村 評価指標（主な評価指標）"
local ours    = "資料は「どの程度か」とだけ書き、分母を定めていない。分母の取り方はこのパックの選択"

local families = {
  { "gathering", "④ 通いの場への65歳以上の方の参加割合", "higher", percent(figures:sum "gathering", figures:sum "aged"),
    "65歳以上の人のうち、住民主体の通いの場に参加した人の割合。" },
  { "cases", "③ 地域ケア会議における個別事例の検討件数割合", "higher", percent(figures:sum "cases", figures:sum "recipients"),
    "受給者数に対する、地域ケア会議で個別事例を検討した件数の割合。" },
  { "worsened", "⑥ 要介護認定の変化率（重くなった人の割合）", "lower", percent(figures:sum "worsened", figures:sum "certified"),
    "期間の初めに要介護認定のあった人のうち、期間の終わりに要介護度が重くなっていた人の割合。" },
}

local scores = {}
for i, f in ipairs(families) do
  local rate, id = "incentive.family." .. f[1] .. ".rate", "incentive.family." .. f[1]
  indicator { id = rate, name = f[2], unit = "%", kind = f[1] == "worsened" and "outcome" or "process", better = f[3],
    value = f[4], definition = f[5], caveats = ours, references = source }
  indicator { id = id, name = f[2] .. "の得点（上位5割）", unit = "点", kind = "process", better = "higher",
    value = composite { { value_of(rate):top_half { order = f[3] == "lower" and "ascending" or "descending", ties = "min" }, points.family } }
              :each_area(town, { above = "none" }),
    definition = "率が全保険者の上位5割なら得点。境目で同じ値の保険者はすべて上位に入れる（ties = \"min\"）。", references = source,
    caveats = "全国の保険者の値がなければ、ある保険者の中での上位5割になる" }
  scores[i] = value_of(id)
end
indicator { id = "incentive.family.total", name = "市町村 主な評価指標の得点（数で答える3項目）", unit = "点", kind = "process",
  better = "higher", value = composite(scores),
  definition = "3項目の得点の合計。分からない項目があれば計算しない。", references = source }
