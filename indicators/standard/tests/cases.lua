-- SPDX-License-Identifier: MIT
-- 例に使う架空の行と、手で計算した値。例のファイルから require "tests.cases" で使う。
local cases = {}

local function people(set, area, young, old, older)
  local function band(from, to, value)
    return { area_set = set, area = area, period = "2020-10-01", sex = "both", age_from = from, age_to = to,
             value = value }
  end
  return { band(0, 64, young), band(65, 74, old), band(75, nil, older) }
end

-- NDBオープンデータ: 2901 は 30 と 12（回数は 300 と 120）、2902 は 20 と秘匿、2903 はほかの診療行為だけ。
-- 人口（2901）は75歳以上2万5千人、65歳以上4万人、全体10万人。
function cases.ndb(first, second, kind, setting)
  local function rows(a, b, c)
    local result = {}
    local function add(item, area, value)
      result[#result + 1] = { item = item, kind = kind or "medical", setting = setting or "all", area = area, value = value }
    end
    add(first, "2901", a)
    add(second, "2901", b)
    add(first, "2902", c)
    add(second, "2902", "masked")
    add("199999999", "2903", 99)
    return result
  end
  return { ndb_patients = rows(30, 12, 20), ndb_items = rows(300, 120, 200),
           population = people("secondary", "2901", 60000, 15000, 25000) }
end

-- 患者: 30 + 12 = 42。率は 42 / 25,000 × 10,000 = 16.8、42 / 40,000 × 100,000 = 105、42 / 100,000 × 100,000 = 42
cases.patients = {
  { area = "2901", value = 42 },
  { area = "2902", value = 20, state = "partial" },
  { area = "2903", state = "missing" },
  { area = "2901", measure = "rate:10000:75+", value = 16.8 },
  { area = "2901", measure = "rate:100000:65+", value = 105 },
  { area = "2901", measure = "rate:100000:all", value = 42 },
}

-- 回数: 300 + 120 = 420。率は患者の10倍
cases.items = {
  { area = "2901", value = 420 },
  { area = "2902", value = 200, state = "partial" },
  { area = "2901", measure = "rate:10000:75+", value = 168 },
  { area = "2901", measure = "rate:100000:65+", value = 1050 },
  { area = "2901", measure = "rate:100000:all", value = 420 },
}

-- 内訳の表: 見出し=区分 の値
function cases.split(label, first, second, a, b)
  return { { area = "2901", dimensions = label .. "=" .. first, value = a },
           { area = "2901", dimensions = label .. "=" .. second, value = b },
           { area = "2902", dimensions = label .. "=" .. second, state = "masked" } }
end

-- 国保データベース（令和4年度）: 保険者 29201 の A は4月に2つのコードを I1 で、5月に I2 で。B は6月に I2 で。29206 の C は
-- ほかの診療行為を I3 で。人口（29201）は75歳以上5千人、65歳以上8千人、全体2万人。
function cases.kdb(first, second, type)
  local given = { persons = {}, medical_claims = {}, medical_items = {},
                  population = people("municipality", "29201", 12000, 3000, 5000),
                  institutions = { { institution = "I1", institution_area = "29201" },
                                   { institution = "I2", institution_area = "29206" },
                                   { institution = "I3", institution_area = "29206" } } }
  for id, area in pairs { A = "29201", B = "29201", C = "29206" } do
    table.insert(given.persons, { person = id, sex = "female", birth_month = "1940-01", scheme = "late_elderly",
                                  insurer = "392" .. area, insurer_area = area, valid_from = "2020-04" })
  end
  local function bill(claim, person, month, institution, items)
    table.insert(given.medical_claims, { claim = claim, person = person, month = month, institution = institution,
                                         setting = "outpatient", type = type or "medical" })
    for _, item in ipairs(items) do
      table.insert(given.medical_items, { claim = claim, person = person, month = month, institution = institution,
                                          item = item, quantity = 1 })
    end
  end
  bill("a4", "A", "2022-04", "I1", { first, second })
  bill("a5", "A", "2022-05", "I2", { first })
  bill("b6", "B", "2022-06", "I2", { second })
  bill("c4", "C", "2022-04", "I3", { "199999999" })
  return given
end

-- 医療機関: 29201 に I1、29206 に I2（I3 はほかの診療行為だけ）。率は 1 / 5,000 × 10,000 = 2、1 / 8,000 × 100,000 = 12.5
cases.institutions = {
  { area = "29201", value = 1 },
  { area = "29206", value = 1 },
  { area = "29", value = 2 },
  { area = "29201", measure = "rate:10000:75+", value = 2 },
  { area = "29201", measure = "rate:100000:65+", value = 12.5 },
  { area = "29201", measure = "rate:100000:all", value = 5 },
}

-- 月平均: (4月 A、5月 A、6月 B の 3) / 12。率は 0.25 / 5,000 × 10,000 = 0.5
cases.monthly = {
  { area = "29201", value = 3 / 12 },
  { area = "29206", value = 0 },
  { area = "29201", measure = "rate:10000:75+", value = 0.5 },
  { area = "29201", measure = "rate:100000:65+", value = 3.125 },
  { area = "29201", measure = "rate:100000:all", value = 1.25 },
}

-- 実人数: A と B の2人
cases.yearly = {
  { area = "29201", value = 2 },
  { area = "29206", value = 0 },
  { area = "29201", measure = "rate:10000:75+", value = 4 },
  { area = "29201", measure = "rate:100000:65+", value = 25 },
  { area = "29201", measure = "rate:100000:all", value = 10 },
}

return cases
