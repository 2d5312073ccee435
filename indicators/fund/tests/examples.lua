-- SPDX-License-Identifier: MIT
-- 資料の割合になる費用（千円）。000 地域医療介護総合確保基金（在宅医療関係）の活用について（6ページ、平成28年度計画）:
-- 使途は 20.6、5.5、3.7、2.2、17.7、32.9、17.5 %（計 100.1）、教育・研修の対象は 15.7、26.3、14.0、4.6、6.3、33.1 %（計 100.0）。
local function project(id, use, cost, profession)
  return { area = "29", project = id, category = "2", use = use, profession = profession, cost = cost, years = 1 }
end
example "使途と対象職種の割合（資料の平成28年度計画）" {
  given = { fund_projects = {
    project("1", "教育・研修", 32342, "医師"), project("2", "教育・研修", 54178, "看護師"),
    project("3", "教育・研修", 28840, "歯科医師・歯科衛生士等"), project("4", "教育・研修", 9476, "薬剤師"),
    project("5", "教育・研修", 12978, "その他"), project("6", "教育・研修", 68186, "多職種"),
    project("7", "会議の設置・設営", 55000), project("8", "普及啓発", 37000), project("9", "ICT整備", 22000),
    project("10", "その他", 177000), project("11", "医療従事者向け相談窓口等の運営", 329000), project("12", "施設や医療機器等の設備", 175000) } },
  expect = {
    ["fund.cost"]                  = { ["29"] = 1001000 },
    ["fund.use.training"]          = { ["29"] = 20600 / 1001 },  -- 20.6
    ["fund.use.meetings"]          = { ["29"] = 5500 / 1001 },   -- 5.5
    ["fund.use.awareness"]         = { ["29"] = 3700 / 1001 },   -- 3.7
    ["fund.use.ict"]               = { ["29"] = 2200 / 1001 },   -- 2.2
    ["fund.use.other"]             = { ["29"] = 17700 / 1001 },  -- 17.7
    ["fund.use.desk"]              = { ["29"] = 32900 / 1001 },  -- 32.9
    ["fund.use.equipment"]         = { ["29"] = 17500 / 1001 },  -- 17.5
    ["fund.use.training_and_desk"] = { ["29"] = 53500 / 1001 },  -- 「教育・研修」と「相談窓口等の運営」で約半数
    ["fund.training.doctor"]       = { ["29"] = 15.7 },
    ["fund.training.nurse"]        = { ["29"] = 26.3 },
    ["fund.training.dental"]       = { ["29"] = 14.0 },
    ["fund.training.pharmacist"]   = { ["29"] = 4.6 },
    ["fund.training.other"]        = { ["29"] = 6.3 },
    ["fund.training.several"]      = { ["29"] = 33.1 },
    ["fund.category2"]             = { ["29"] = 100 },
    ["fund.category1"]             = { ["29"] = 0 },
  },
}
-- 000 平成30年度予算案（3ページ）: 1,658億円（医療分934億円、うち国622億円。介護分724億円、うち国483億円）。国と都道府県は2/3と1/3。
example "国と都道府県の負担（資料の平成30年度予算案）" {
  given = { fund_projects = {
    { area = "00", project = "医療分", category = "2", cost = 93400000, national = 62200000, prefectural = 31200000, years = 1 },
    { area = "00", project = "介護分", category = "3", cost = 72400000, national = 48300000, prefectural = 24100000, years = 1 } } },
  expect = {
    ["fund.cost"]              = 165800000,
    ["fund.share.national"]    = 110500 / 1658,  -- 66.6
    ["fund.share.prefectural"] = 55300 / 1658,   -- 33.4
    ["fund.category2"]         = 93400 / 1658,
    ["fund.category3"]         = 72400 / 1658,
  },
}
example "実施状況、期間、意見の聴取、事後評価" {
  given = { fund_projects = {
    { area = "29", project = "1", category = "1", cost = 10, years = 3, state = "完了", opinions = true, evaluated = true },
    { area = "29", project = "2", category = "4", cost = 20, years = 1, state = "実施中", opinions = true, evaluated = false },
    { area = "29", project = "3", category = "5", cost = 30, years = 1, state = "未着手", opinions = false },
    { area = "29", project = "4", category = "6", cost = 40, years = 2, state = "実施中", opinions = true, evaluated = true } } },
  expect = {
    ["fund.projects"]               = { ["29"] = 4 },
    ["fund.projects.several_years"] = { ["29"] = 2 },
    ["fund.projects.completed"]     = { ["29"] = 1 },
    ["fund.projects.running"]       = { ["29"] = 2 },
    ["fund.projects.not_begun"]     = { ["29"] = 1 },
    ["fund.opinions.share"]         = { ["29"] = 75 },
    ["fund.opinions.unknown"]       = { ["29"] = 0 },
    ["fund.evaluated.share"]        = { ["29"] = 200 / 3 },  -- 記載のない1事業は分母に入れない
    ["fund.evaluated.unknown"]      = { ["29"] = 1 },
    ["fund.category1"] = { ["29"] = 10 }, ["fund.category4"] = { ["29"] = 20 }, ["fund.category5"] = { ["29"] = 30 }, ["fund.category6"] = { ["29"] = 40 },
  },
}
example "未達成で改善の方向性のない目標" {
  given = { fund_goals = {
    { area = "29", project = "1", goal = "1", achieved = true }, { area = "29", project = "1", goal = "2", achieved = false, improvement = true },
    { area = "29", project = "2", goal = "1", achieved = false, improvement = false }, { area = "29", project = "3", goal = "1", achieved = false },
    { area = "29", project = "4", goal = "1" } } },
  expect = {
    ["fund.goals"]                     = { ["29"] = 5 },
    ["fund.goals.achieved"]            = { ["29"] = 25 },
    ["fund.goals.unknown"]             = { ["29"] = 1 },
    ["fund.goals.missed"]              = { ["29"] = 3 },
    ["fund.goals.without_improvement"] = { ["29"] = 2 },
  },
}
