-- SPDX-License-Identifier: MIT
-- 4市町村、2県。点数は lib/points.lua の仮の点数で、手で数えたもの。
local levels = {
  ["29201"] = { "ア", "イ", "実施", "実施", "実施", "実施" },    -- 10+5+10+10+10+10 = 55
  ["29202"] = { "イ", "なし", "実施", "なし", "実施", "なし" },  -- 5+0+10+0+10+0 = 25
  ["24201"] = { "ア", "ア", "実施", "実施", "実施", "実施" },    -- 60
  ["24202"] = { "なし", "なし", "なし", "なし", "なし", "なし" },
}
local function answers(leave_out)
  local rows = {}
  for area, items in pairs(levels) do
    for i, level in ipairs(items) do
      if area .. "/" .. i ~= leave_out then rows[#rows + 1] = { area = area, item = tostring(i), level = level } end
    end
  end
  return rows
end
local function fees(masked)
  return {
    { area = "29201", recipients = 100, admission = 40, discharge = 20 },
    { area = "29202", recipients = 100, admission = masked or 30, discharge = 50 },
    { area = "24201", recipients = 100, admission = 30, discharge = 10 },
    { area = "24202", recipients = 200, admission = 20, discharge = 10 },
  }
end
-- ほかの45都道府県は1市ずつ。01〜23は取得率が高く（⑦で10点）、25〜28と30〜47は0点。
local function nation()
  local given = { incentive_municipality = answers(), coordination_fees = fees(), incentive_prefecture = {} }
  for n = 1, 47 do
    local code = string.format("%02d", n)
    local ours = code == "24" or code == "29"
    for i, item in ipairs { "ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク", "ケ", "コ", "サ", "シ" } do
      table.insert(given.incentive_prefecture, { area = code, item = item, done = code == "24" or (code == "29" and i <= 10) })
    end
    local high = n <= 23 and 1 or 0
    if not ours then table.insert(given.coordination_fees,
      { area = code .. "201", recipients = 100, admission = 40 * high, discharge = 60 * high }) end
  end
  return given
end
local areas = { prefecture = { ["29"] = { "29201", "29202" }, ["24"] = { "24201", "24202" } } }

example "市町村分: 段階の高い方、上位5割、合計、配分" {
  areas  = areas,
  given  = { incentive_municipality = answers(), coordination_fees = fees() },
  expect = {
    ["incentive.municipality.item1"] = { ["29201"] = 10, ["29202"] = 5, ["24201"] = 10, ["24202"] = 0, ["29"] = "not_applicable" },
    ["incentive.municipality.item2"] = { ["29201"] = 5, ["29202"] = 0, ["24201"] = 10 },
    ["incentive.municipality.item3"] = { ["29201"] = 10, ["24202"] = 0 },
    ["incentive.municipality.item4"] = { ["29201"] = 10, ["29202"] = 0 },
    ["incentive.municipality.item5"] = { ["29202"] = 10, ["24202"] = 0 },
    ["incentive.municipality.item6"] = { ["29202"] = 0, ["24201"] = 10 },
    ["incentive.admission.rate"]     = { ["29201"] = 40, ["29202"] = 30, ["24201"] = 30, ["24202"] = 10 },
    ["incentive.discharge.rate"]     = { ["29201"] = 20, ["29202"] = 50, ["24201"] = 10, ["24202"] = 5 },
    -- 4つの上位5割は2つ。2位が同じ値の2つなので、3つが入る。
    ["incentive.municipality.item7a"] = { ["29201"] = 5, ["29202"] = 5, ["24201"] = 5, ["24202"] = 0 },
    ["incentive.municipality.item7b"] = { ["29201"] = 5, ["29202"] = 5, ["24201"] = 0, ["24202"] = 0 },
    ["incentive.municipality.item7"]  = { ["29201"] = 10, ["29202"] = 10, ["24201"] = 5, ["24202"] = 0 },
    ["incentive.municipality.all_items"] = { ["29201"] = 1, ["29202"] = 0, ["24201"] = 1, ["24202"] = 0 },
    ["incentive.municipality.total"]  = { ["29201"] = 65, ["29202"] = 35, ["24201"] = 65, ["24202"] = 0 },
    ["incentive.municipality.grade"]  = {
      { area = "29201", value = 1, judgement = "A" }, { area = "29202", value = 2, judgement = "B" },
      { area = "24202", value = 3, judgement = "C" } },
    -- 19,000,000千円を 65 : 35 : 65 : 0 に。切り捨てると7,484,848、4,030,303、7,484,848で千円余り、
    -- 端数の最も大きい（同じなら市町村コードの小さい）24201へ。
    ["incentive.municipality.grant"]  = { ["24201"] = 7484849000, ["29201"] = 7484848000, ["29202"] = 4030303000, ["24202"] = 0 },
  },
}

-- 49市町村の上位5割は25位まで。入院時は40%の24市、次の30%の2市町が25位で入る。退院・退所は60%の23市、29202、29201まで。
-- 都道府県の上位5割は24位まで: 01〜23と29の平均は10点、24は2.5点で25位。
example "都道府県分: ア〜シと、管内の平均点の上位5割" {
  areas  = areas,
  given  = nation(),
  expect = {
    ["incentive.prefecture.items"] = { ["29"] = 20, ["24"] = 24, ["01"] = 0 },
    ["incentive.prefecture.mean"]  = { ["29"] = 10, ["24"] = 2.5, ["01"] = 10, ["47"] = 0 },
    ["incentive.prefecture.su"]    = { ["29"] = 10, ["24"] = 0, ["23"] = 10, ["47"] = 0 },
    ["incentive.prefecture.total"] = { ["29"] = 30, ["24"] = 24, ["01"] = 10, ["47"] = 0 },
    -- 1,000,000千円を 30 : 24 : 10（23県） : 0 に（計284）。105,633.8、84,507.04、35,211.27を切り捨てると7千円余り、
    -- 端数の大きい29と、次に大きい23県のうちコードの小さい6県（01〜06）へ。
    ["incentive.prefecture.grant"] = { ["29"] = 105634000, ["24"] = 84507000, ["01"] = 35212000, ["06"] = 35212000,
      ["07"] = 35211000, ["23"] = 35211000, ["47"] = 0 },
  },
}

example "回答のない項目は0点ではない" {
  areas  = areas,
  given  = { incentive_municipality = answers "29202/3", coordination_fees = fees() },
  expect = {
    ["incentive.municipality.item3"] = { ["29202"] = "unreported", ["29201"] = 10 },
    ["incentive.municipality.total"] = { ["29202"] = "unreported", ["29201"] = 65 },
    ["incentive.municipality.grant"] = { ["29201"] = "not_computable" },
    -- ②がなしなので、③が分からなくても「すべて」ではない。
    ["incentive.municipality.all_items"] = { ["29202"] = 0 },
  },
}

example "秘匿された取得率は、合計からも配分からも分からない" {
  areas  = areas,
  given  = { incentive_municipality = answers(), coordination_fees = fees "masked" },
  expect = {
    ["incentive.municipality.item7a"] = { ["29202"] = "masked", ["29201"] = 5 },
    ["incentive.municipality.total"]  = { ["29202"] = "masked", ["29201"] = 65 },
    ["incentive.municipality.grant"]  = { ["29202"] = "masked", ["29201"] = "masked" },
    ["incentive.prefecture.mean"]     = { ["29"] = "masked" },
  },
}

-- 29は3圏域のうち2つが按分にも活用、24は1つずつ（同数なら活用の進んだ方）、25は2つとも提示なし。
local given, expected = {}, {}
for _, data in ipairs { { "patient_survey", "患者調査" }, { "bed_report", "病床機能報告" }, { "kdb", "国保データベース(KDB)" } } do
  for area, answer in pairs { ["2901"] = "提示し按分にも活用", ["2902"] = "提示し按分にも活用", ["2903"] = "提示なし", ["2401"] = "提示し按分にも活用",
      ["2402"] = "提示し按分には活用せず", ["2501"] = "提示なし", ["2502"] = "提示なし" } do
    given[#given + 1] = { area = area, data = data[2], answer = answer }
  end
  expected["data_use." .. data[1] .. ".answer"] = { { area = "29", value = 1, judgement = "提示し按分にも活用" },
    { area = "24", value = 1, judgement = "提示し按分にも活用" }, { area = "25", value = 3, judgement = "提示なし" } }
  expected["data_use." .. data[1] .. ".used"] = 2
  expected["data_use." .. data[1] .. ".shown"] = 0
  expected["data_use." .. data[1] .. ".not_shown"] = 1
end
example "二次医療圏の回答を都道府県の最も多い選択肢に集約する" { given = { data_use = given }, expect = expected }

-- 参加 12、9、9、5 %: 上位2つは12と9だが、9が2つなので3つ入る。検討 1、3、1、0 %: 3と、同じ1の2つ。
-- 重くなった人 15、20、10、25 %: 少ない方がよいので、10と15の2つ。
example "主な評価指標: 率と上位5割" {
  areas  = areas,
  given  = { incentive_families = {
    { area = "29201", gathering = 1200, aged = 10000, cases = 40, recipients = 4000, worsened = 300, certified = 2000 },
    { area = "29202", gathering = 900, aged = 10000, cases = 60, recipients = 2000, worsened = 200, certified = 1000 },
    { area = "24201", gathering = 900, aged = 10000, cases = 20, recipients = 2000, worsened = 100, certified = 1000 },
    { area = "24202", gathering = 500, aged = 10000, cases = 0, recipients = 1000, worsened = 250, certified = 1000 },
  } },
  expect = {
    -- 29は人数どうしで割る: 2100 / 20000、100 / 6000、500 / 3000
    ["incentive.family.gathering.rate"] = { ["29201"] = 12, ["29202"] = 9, ["24201"] = 9, ["24202"] = 5, ["29"] = 10.5 },
    ["incentive.family.cases.rate"]     = { ["29201"] = 1, ["29202"] = 3, ["24201"] = 1, ["24202"] = 0, ["29"] = 5 / 3 },
    ["incentive.family.worsened.rate"]  = { ["29201"] = 15, ["29202"] = 20, ["24201"] = 10, ["24202"] = 25, ["29"] = 50 / 3 },
    ["incentive.family.gathering"] = { ["29201"] = 5, ["29202"] = 5, ["24201"] = 5, ["24202"] = 0, ["29"] = "not_applicable" },
    ["incentive.family.cases"]     = { ["29201"] = 5, ["29202"] = 5, ["24201"] = 5, ["24202"] = 0 },
    ["incentive.family.worsened"]  = { ["29201"] = 5, ["29202"] = 0, ["24201"] = 5, ["24202"] = 0 },
    ["incentive.family.total"]     = { ["29201"] = 15, ["29202"] = 10, ["24201"] = 15, ["24202"] = 0 },
  },
}
