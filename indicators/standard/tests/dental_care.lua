-- SPDX-License-Identifier: MIT
-- 在宅歯科医療の指標の例。数値は架空（tests/cases.lua）
local cases = require "tests.cases"

example "訪問歯科診療" {
  period = "FY2022",
  given  = cases.ndb("303000110", "303000210", "dental"),
  expect = {
    ["homecare.dental_visit.patients"]         = cases.patients,
    ["homecare.dental_visit.items"]            = cases.items,
    ["homecare.dental_visit.patients_by_item"] = cases.split("歯科訪問診療料", "1 診療所", "2 診療所", 30, 12),
    ["homecare.dental_visit.items_by_item"]    = cases.split("歯科訪問診療料", "1 診療所", "2 診療所", 300, 120),
  },
}

example "訪問歯科診療: 歯科レセプトが届いていれば国保データベースで" {
  period = "FY2022",
  months = { "2022-04", "2023-03" },
  given  = cases.kdb("303000110", "303000210", "dental"),
  expect = { ["homecare.dental_visit.institutions"] = { { area = "29201", value = 1, state = "partial" },
                                                        { area = "29206", value = 1, state = "partial" } },
             ["homecare.dental_visit.patients"] = { { area = "29201", value = 3 / 12, state = "partial" } } },
}

example "訪問歯科診療: 歯科レセプトが届いていなければ未報告で、0ではない" {
  period = "FY2022",
  given  = cases.kdb("114001110", "114030310"),
  expect = { ["homecare.dental_visit.institutions"] = { ["29201"] = "unreported" },
             ["homecare.dental_visit.patients"] = { ["29201"] = "unreported" },
             ["homecare.dental_hygiene.institutions"] = { ["29201"] = "unreported" },
             ["homecare.dental_support.billing"] = { ["29201"] = "unreported" } },
}

-- どの月にも歯科レセプトがあるので、値は下限（partial）ではない
local function every_month(given)
  for month = 4, 15 do
    local name = string.format("%d-%02d", month > 12 and 2023 or 2022, (month - 1) % 12 + 1)
    table.insert(given.medical_claims, { claim = "c" .. name, person = "C", month = name, institution = "I3",
                                         setting = "outpatient", type = "dental" })
  end
  return given
end

example "訪問口腔衛生指導と栄養サポートチームとの連携" {
  period = "FY2022",
  given  = cases.ndb("303007310", "303007410", "dental"),
  expect = { ["homecare.dental_hygiene.patients"] = cases.patients, ["homecare.dental_hygiene.items"] = cases.items },
}

example "訪問口腔衛生指導: 国保データベース" {
  period = "FY2022",
  given  = every_month(cases.kdb("303007310", "303007410", "dental")),
  expect = { ["homecare.dental_hygiene.institutions"] = cases.institutions,
             ["homecare.dental_hygiene.patients"] = cases.monthly },
}

example "栄養サポートチームとの連携: 加算の算定回数" {
  period = "FY2022",
  given  = cases.ndb("303005470", "303009570", "dental"),
  expect = { ["homecare.dental_nutrition.items"] = cases.items },
}

example "栄養サポートチームとの連携: 国保データベース" {
  period = "FY2022",
  given  = every_month(cases.kdb("303005570", "303007970", "dental")),
  expect = { ["homecare.dental_nutrition.institutions"] = cases.institutions },
}

example "歯科衛生士を帯同した訪問歯科診療" {
  period = "FY2022",
  given  = cases.ndb("303004270", "303007070", "dental"),
  expect = { ["homecare.dental_assistant.patients"] = cases.patients },
}

example "歯科衛生士を帯同した訪問歯科診療: 国保データベース" {
  period = "FY2022",
  given  = every_month(cases.kdb("303004370", "303006970", "dental")),
  expect = { ["homecare.dental_assistant.patients"] = cases.monthly },
}

example "在宅療養支援歯科診療所として算定した診療所" {
  period = "FY2022",
  given  = every_month(cases.kdb("303003310", "303007870", "dental")),
  expect = { ["homecare.dental_support.billing"] = cases.institutions },
}
