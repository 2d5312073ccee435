-- SPDX-License-Identifier: MIT
-- 看取りの指標の例。数値は架空（tests/cases.lua）
local cases = require "tests.cases"

local apart, home = "訪問診療(1) 有料老人ホーム等以外", "訪問診療(1) 有料老人ホーム等"
example "在宅ターミナルケア加算は居住の場所で分ける" {
  period = "FY2022",
  given  = cases.ndb("114018170", "114042370"),
  expect = {
    ["homecare.terminal_care.patients"]         = cases.patients,
    ["homecare.terminal_care.items"]            = cases.items,
    ["homecare.terminal_care.patients_by_item"] = cases.split("訪問の種類", apart, home, 30, 12),
    ["homecare.terminal_care.items_by_item"]    = cases.split("訪問の種類", apart, home, 300, 120),
  },
}

example "在宅ターミナルケア: 国保データベース。医療機関は看取り加算だけのものも数える" {
  period = "FY2022",
  given  = cases.kdb("114018170", "114018570"),
  expect = {
    ["homecare.terminal_care.institutions"] = cases.institutions,
    ["homecare.terminal_care.patients"]     = { ["29201"] = 1, ["29206"] = 0 },   -- ターミナルケア加算は A だけ
    ["homecare.attended_death.patients"]    = { ["29201"] = 2, ["29206"] = 0 },
  },
}

example "看取り数: 国保データベースでは、看取り加算か死亡診断加算を算定された人" {
  period = "FY2022",
  given  = cases.kdb("114018570", "114007270"),
  expect = {
    ["homecare.deaths_at_home.items"]     = cases.yearly,
    ["homecare.attended_death.patients"]  = { ["29201"] = 1, ["29206"] = 0 },
    ["homecare.death_certified.patients"] = { ["29201"] = 2, ["29206"] = 0 },
  },
}

example "看取り加算（2024年6月からのコードは令和4年度に数えない）" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114018570", kind = "medical", setting = "all", area = "2901", value = 40 },
      { item = "114706010", kind = "medical", setting = "all", area = "2901", value = 5 },
    },
    ndb_items = {
      { item = "114018570", kind = "medical", setting = "all", area = "2901", value = 40 },
      { item = "114706010", kind = "medical", setting = "all", area = "2901", value = 5 },
    },
  },
  expect = {
    ["homecare.attended_death.patients"] = {
      { area = "2901", value = 40 },
    },
    ["homecare.attended_death.items"] = {
      { area = "2901", value = 40 },
    },
  },
}

example "死亡診断加算と、看取り数（看取り加算＋死亡診断加算）" {
  period = "FY2022",
  given  = {
    ndb_patients = {
      { item = "114007270", kind = "medical", setting = "all", area = "2901", value = 20 },
      { item = "114018670", kind = "medical", setting = "all", area = "2901", value = 3 },
    },
    ndb_items = {
      { item = "114018570", kind = "medical", setting = "all", area = "2901", value = 40 },
      { item = "114007270", kind = "medical", setting = "all", area = "2901", value = 20 },
      { item = "114018670", kind = "medical", setting = "all", area = "2901", value = "masked" },
    },
  },
  expect = {
    ["homecare.death_certified.patients"] = {
      { area = "2901", value = 23 },
    },
    ["homecare.death_certified.items"] = {
      { area = "2901", value = 20, state = "partial" },
    },
    ["homecare.death_certified.patients_by_item"] = {
      { area = "2901", dimensions = "加算される診療料=往診料", value = 20 },
    },
    ["homecare.death_certified.items_by_item"] = {
      { area = "2901", dimensions = "加算される診療料=訪問診療料", state = "masked" },
      { area = "2901", dimensions = "加算される診療料=往診料", value = 20 },
    },
    ["homecare.deaths_at_home.items"] = {
      { area = "2901", value = 60, state = "partial" },
    },
  },
}
