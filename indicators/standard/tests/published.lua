-- SPDX-License-Identifier: MIT
-- 公表資料の値との照合。期待する値は資料に印刷されたもの

-- 在宅医療の整備目標の設定プロセスについて（患者調査の活用）: 千人。読みは「約1:3」
local function survey(period, home_care, rouken, tokuyou, welfare)
  local function row(destination, value)
    return { area_set = "nation", area = "00", period = period, ward = "medical_long_term_care",
             destination = destination, value = value }
  end
  return { row("home_home_care", home_care), row("rouken", rouken), row("tokuyou", tokuyou),
           row("welfare_facility", welfare) }
end

example "患者調査 平成26年: 在宅医療1に介護施設3.20、社会福祉施設を含めて4.13" {
  period = "2014-09",
  given  = { discharge_destinations = survey("2014-09", 1500, 3100, 1700, 1400) },
  expect = { ["discharge.patient_survey"] = { { measure = "社会福祉施設を除く", value = 4800 / 1500 },
                                              { measure = "社会福祉施設を含む", value = 6200 / 1500 } } },
}

example "患者調査 平成23年: 3.67" {
  period = "2011-09",
  given  = { discharge_destinations = survey("2011-09", 1200, 3000, 1400, 1300) },
  expect = { ["discharge.patient_survey"] = { { measure = "社会福祉施設を除く", value = 4400 / 1200 } } },
}

example "患者調査 平成20年: 3.46" {
  period = "2008-09",
  given  = { discharge_destinations = survey("2008-09", 1300, 2900, 1600, 800) },
  expect = { ["discharge.patient_survey"] = { { measure = "社会福祉施設を除く", value = 4500 / 1300 } } },
}

example "病床機能報告は医療機関の所在地で、家庭への退院と比べる" {
  period = "FY2023",
  given  = {
    discharge_destinations = {
      { area_set = "secondary", area = "2901", institution = "A", ward = "all", destination = "home", value = 80 },
      { area_set = "secondary", area = "2901", institution = "A", ward = "all", destination = "rouken", value = 12 },
      { area_set = "secondary", area = "2901", institution = "A", ward = "all", destination = "tokuyou", value = 6 },
      { area_set = "secondary", area = "2901", institution = "A", ward = "all", destination = "care_medical_facility", value = 2 },
    },
  },
  expect = { ["discharge.bed_function.facility_per_home"] = { ["2901"] = 0.25 } },
}

-- 4人のうち65歳以上の3人が退院し、6か月以内に2人が介護施設、1人が訪問診療を使った
local function person(id, birth)
  return { person = id, sex = "female", birth_month = birth, scheme = "late_elderly", insurer = "39292015",
           insurer_area = "29201", valid_from = "2020-04" }
end
local function stay(claim, id, month)
  return { claim = claim, person = id, month = month, setting = "inpatient", type = "medical" }
end
local function item(claim, id, month, code) return { claim = claim, person = id, month = month, item = code } end

example "国保データベースの測り方: 入院レセプトの途切れを退院とし、翌月から6か月を見る" {
  period = "FY2022",
  given  = {
    persons        = { person("A", "1940-01"), person("B", "1935-06"), person("C", "1930-12"), person("D", "1962-01") },
    medical_claims = { stay("a4", "A", "2022-04"), stay("a5", "A", "2022-05"), stay("b6", "B", "2022-06"),
                       stay("c4", "C", "2022-04"), stay("d4", "D", "2022-04"),
                       { claim = "b9", person = "B", month = "2022-09", setting = "outpatient", type = "medical" } },
    medical_items  = { item("a4", "A", "2022-04", "190131910"), item("b6", "B", "2022-06", "190132110"),
                       item("c4", "C", "2022-04", "190134110"), item("d4", "D", "2022-04", "190131810"),
                       item("b9", "B", "2022-09", "114001110") },
    care_claims    = { { person = "A", month = "2022-08", service = "51" }, { person = "C", month = "2022-10", service = "52" },
                       { person = "D", month = "2022-05", service = "51" }, { person = "B", month = "2023-01", service = "54" } },
  },
  expect = { ["discharge.facility_per_home_care"] = { ["29201"] = 2 },
             ["discharge.kdb.facility_per_home_care"] = { ["29201"] = 2 } },
}

example "データの活用状況: 同じ都道府県はデータごとに1回数える" {
  period = "FY2017",
  areas  = { prefecture = { "01", "02", "29" } },
  given  = {
    data_use = {
      { area = "01", data = "患者調査", answer = "提示し按分には活用せず" },
      { area = "02", data = "患者調査", answer = "提示し按分には活用せず" },
      { area = "29", data = "患者調査", answer = "提示し按分にも活用" },
      { area = "29", data = "病床機能報告", answer = "提示し按分にも活用" },
    },
  },
  expect = {
    ["data_use.prefectures"] = {
      { dimensions = "データ=患者調査;活用状況=提示し按分には活用せず", value = 2 },
      { dimensions = "データ=患者調査;活用状況=提示し按分にも活用", value = 1 },
    },
  },
}

-- 市町村における在宅医療・介護連携推進事業の実施状況の比較（n=1,741）
local function counts(period, edition, numbers)
  local rows = {}
  for i, number in ipairs(numbers) do
    rows[i] = { area_set = "nation", area = "00", period = period, edition = edition,
                answer = i == 10 and "全て" or tostring(i), items = i > 2 and i - 2 or 0,
                municipalities = number }
  end
  return rows
end

example "実施している項目数の分布 平成29年度: 合計1,741、平均5.55、全項目23.7%" {
  period = "FY2017",
  given  = { project_counts = counts("FY2017", "速報値", { 5, 34, 81, 98, 118, 164, 227, 268, 333, 413 }) },
  expect = {
    ["project.mean_items"] = { { measure = "平均", value = 9665 / 1741 },
                               { measure = "すべて実施", value = 413 / 1741 * 100 } },
    ["project.municipalities"] = { { measure = "速報値（実施予定に平成30年度内を含む）", dimensions = "実施状況=合計", value = 1741 } },
  },
}

example "実施している項目数の分布 平成28年度: 合計1,741" {
  period = "FY2016",
  given  = { project_counts = counts("FY2016", "確定値", { 98, 78, 139, 169, 203, 235, 205, 226, 215, 173 }) },
  expect = { ["project.municipalities"] = { { measure = "確定値", dimensions = "実施状況=合計", value = 1741 } },
             ["project.mean_items"] = { { measure = "すべて実施", value = 173 / 1741 * 100 } } },
}

example "項目別の実施率 平成29年度: 合計すると1市町村あたり5.55項目" {
  period = "FY2017",
  given  = {
    project_items = {
      { area_set = "nation", area = "00", item = "ア", edition = "速報値", running = 89.1, planned = 9.8, none = 1.1 },
      { area_set = "nation", area = "00", item = "イ", edition = "速報値", running = 68.4, planned = 25.6, none = 6.0 },
      { area_set = "nation", area = "00", item = "ウ", edition = "速報値", running = 57.6, planned = 31.2, none = 11.2 },
      { area_set = "nation", area = "00", item = "エ", edition = "速報値", running = 66.8, planned = 25.1, none = 8.1 },
      { area_set = "nation", area = "00", item = "オ", edition = "速報値", running = 56.4, planned = 31.4, none = 12.2 },
      { area_set = "nation", area = "00", item = "カ", edition = "速報値", running = 80.6, planned = 15.0, none = 4.4 },
      { area_set = "nation", area = "00", item = "キ", edition = "速報値", running = 65.4, planned = 27.7, none = 6.9 },
      { area_set = "nation", area = "00", item = "ク", edition = "速報値", running = 70.9, planned = 16.1, none = 13.0 },
    },
  },
  expect = {
    ["project.mean_items_by_rate"] = { { measure = "平均", value = 5.552 } },
    ["project.items"] = { { measure = "実施している（速報値）", dimensions = "事業項目=ア", value = 89.1 } },
  },
}

-- 都道府県への調査: 印刷された数の合計と割合
local function answers(question, form, respondents, numbers)
  local rows = {}
  for answer, number in pairs(numbers) do
    rows[#rows + 1] = { area_set = "nation", area = "00", period = "FY2018", question = question, answer = answer,
                        form = form, number = number, respondents = respondents }
  end
  return rows
end

example "在宅医療圏の設定: 37、5、1、2、2で47都道府県" {
  period = "FY2018",
  given  = { plan_survey = answers("在宅医療圏の設定", "単一回答", 47,
    { ["地域医療構想区域"] = 37, ["市町村単位"] = 5, ["保健所単位"] = 1, ["郡市区医師会単位"] = 2, ["その他"] = 2 }) },
  expect = { ["plan_survey.answers"] = { { dimensions = "問い=在宅医療圏の設定;回答=合計", value = 47 } } },
}

example "調整会議での議論: 38、3、1、5で47都道府県" {
  period = "FY2018",
  given  = { plan_survey = answers("議論", "単一回答", 47,
    { ["議論を行っている"] = 38, ["今後議論を行う予定"] = 3, ["今後検討予定"] = 1, ["議論を行っていない"] = 5 }) },
  expect = { ["plan_survey.answers"] = { { dimensions = "問い=議論;回答=合計", value = 47 } } },
}

example "協議の場の持ち方: 167、102、41、19で329区域。50%強が調整会議を活用" {
  period = "FY2018",
  given  = { plan_survey = answers("協議の場", "単一回答", 329, { a = 167, b = 102, c = 41, d = 19 }) },
  expect = { ["plan_survey.answers"] = { { dimensions = "問い=協議の場;回答=合計", value = 329 } },
             ["plan_survey.shares"]  = { { measure = "割合", dimensions = "問い=協議の場;回答=a", value = 16700 / 329 } } },
}

example "市町村支援: 42、40、45は47都道府県の89.4、85.1、95.7%（小数第1位）" {
  period = "FY2018",
  given  = { plan_survey = answers("市町村支援", "複数回答", 47, { ["連携"] = 42, ["研修"] = 40, ["評価"] = 45 }) },
  expect = { ["plan_survey.shares"] = {
    { measure = "割合", dimensions = "問い=市町村支援;回答=連携", value = 4200 / 47 },
    { measure = "割合", dimensions = "問い=市町村支援;回答=研修", value = 4000 / 47 },
    { measure = "割合", dimensions = "問い=市町村支援;回答=評価", value = 4500 / 47 } } },
}
