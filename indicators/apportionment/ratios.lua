-- SPDX-License-Identifier: MIT
-- 在宅医療を1としたときの介護施設の比。データごとに並べ、圏域ごとに選ぶ。
local line = require "lib.line"
local s = line.s
local ratios, choice = facts "apportionment_ratios", facts "apportionment_choice"
local own_area = { unit = "倍", decimals = 2, caveats = { "圏域ごとの比で、都道府県の値はない（足したり平均したりしない）" } }

-- 手元の集計（市町村に提供された按分用データなど）を、在宅医療と介護施設の人数で入力した場合。
local function typed(data)
  return ratio(ratios { data = data }:sum "facility", ratios { data = data }:sum "home")
           :most_recent { years = 8 }:each_area(line.demand, { above = "none" })
end
local function L(id, name, definition, references, answers)
  indicator { id = "apportionment.ratio." .. id, name = name, unit = "倍", decimals = 2, kind = "process",
              stages = { "地域医療構想" }, definition = definition, references = references, answers = answers,
              caveats = own_area.caveats }
end
local function computed(id) return value_of(id):most_recent { years = 8 }:each_area(line.demand, { above = "none" }) end

L("kdb", "比: 国保データベース（KDB）",
  "療養病床の医療区分1から退院した65歳以上の人のうち、6か月以内に介護施設を利用した人 ÷ 在宅医療を受けた人。", { s.kdb, s.compare }, {
  { name = "国保データベースから計算", value = computed "discharge.kdb.facility_per_home_care" },
  { name = "入力した人数から計算", value = typed "kdb" } })
L("bed_report", "比: 病床機能報告",
  "退院先が介護施設の人 ÷ 家庭の人。患者の住所地ではなく医療機関の所在地による。", { s.notice, s.compare }, {
  { name = "病床機能報告から計算", value = computed "discharge.bed_function.facility_per_home" },
  { name = "入力した人数から計算", value = typed "bed_report" } })
L("own", "比: 市町村の独自の調査", "介護施設の人数 ÷ 在宅医療の人数。独自のアンケート調査や足下の統計による。", { s.notice }, {
  { name = "入力した人数から計算", value = typed "own" } })
L("patient_survey", "比: 患者調査", "在宅医療：介護施設＝1：3（約）。平成26年患者調査の全国の値で、どの圏域も同じ。", { s.survey, s.compare }, {
  { name = "資料の値", value = total(3):each_area(line.demand, { above = "none" }) } })

local function chosen(data, value) return { choice { data = data }:rows(), value } end
L("chosen", "按分に使う比（介護施設 ÷ 在宅医療）", "圏域ごとに選んだデータの比。選んだデータの記録がない圏域は計算しない。", { s.whole, s.notice }, {
  { name = "選んだデータ", value = choose {
      chosen("kdb", line.of "ratio.kdb"), chosen("bed_report", line.of "ratio.bed_report"),
      chosen("patient_survey", line.of "ratio.patient_survey"), chosen("own", line.of "ratio.own"),
    }:each_area(line.demand, { above = "none" }) } })
