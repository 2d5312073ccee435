-- 継続性、夜間の往診、入院、要介護度、1年後: 手で計算した例
local function person(id, area)
  return { person = id, sex = "female", birth_month = "1940-05", scheme = "late_elderly", insurer = "39290001",
           insurer_area = area, valid_from = "2020-04" }
end
local number = 0
local function item(who, month, code, quantity, institution)
  number = number + 1
  return { claim = "v" .. number, person = who, month = month, institution = institution or "h1", item = code, quantity = quantity }
end
local function claim(who, month, setting, outcome)
  number = number + 1
  return { claim = "c" .. number, person = who, month = month, institution = "h1", setting = setting, type = "medical", outcome = outcome }
end
local function cared(who, month, level, service)
  return { person = who, month = month, service = service or "11", office = "o1", care_level = level, units = 1 }
end
local visit, night = "114001110", "114000470" -- 訪問診療料、夜間往診加算

example "主な医療機関の割合: 人の平均と訪問の割合。年度4回未満の人は除く" {
  period = "FY2023", months = { "2023-04", "2024-03" },
  areas  = { municipality = { "29201" } },
  given  = {
    persons       = { person("a", "29201"), person("b", "29201"), person("c", "29201") },
    medical_items = {
      -- a: h1 3回、h2 1回 → 75 %。b: h1 12回 → 100 %。c: 3回
      item("a", "2023-04", visit, 3, "h1"), item("a", "2023-05", visit, 1, "h2"),
      item("b", "2023-04", visit, 8, "h1"), item("b", "2024-03", visit, 4, "h1"), item("c", "2023-04", visit, 3, "h2"),
    },
  },
  expect = {
    ["research8.continuity.persons"] = { ["29201"] = 87.5 },
    ["research8.continuity.visits"]  = { ["29201"] = 93.75 }, -- 15 / 16
  },
}

example "時間外の往診と入院: 人・月で割る" {
  period = "2023-05", months = { "2023-04", "2024-03" },
  areas  = { municipality = { "29201" } },
  given  = {
    persons        = { person("a", "29201"), person("b", "29201"), person("c", "29201"), person("d", "29201") },
    medical_items  = {
      item("a", "2023-05", visit, 2), item("a", "2023-05", night, 3), item("b", "2023-05", visit, 2), item("c", "2023-05", visit, 1),
      item("d", "2023-05", visit, 1), item("b", "2023-06", night, 9),
    },
    medical_claims = { claim("c", "2023-05", "inpatient"), claim("d", "2023-05", "outpatient") },
  },
  -- 4人・月のうち、3回（a）、1人（a）、入院1人（c）
  expect = {
    ["research8.night_calls.person_months"]        = { ["29201"] = 750 },
    ["research8.night_called.person_months"]       = { ["29201"] = 25 },
    ["research8.home_care_admitted.person_months"] = { ["29201"] = 25 },
  },
}

example "1年後の要介護度: 年度に一度、亡くなった人と分からない人は分ける" {
  period = "FY2022", months = { "2022-04", "2024-04" },
  areas  = { municipality = { "29201" } },
  given  = {
    persons        = { person("a", "29201"), person("b", "29201"), person("c", "29201"), person("d", "29201") },
    medical_items  = {
      item("a", "2022-05", visit, 1), item("a", "2022-06", visit, 1), item("b", "2022-05", visit, 1), item("c", "2022-05", visit, 1),
      item("d", "2022-05", visit, 1),
    },
    -- a: 要介護2 → 要介護3（悪化）。b: 要支援2と要介護1がある月は高いほう、1年後は要介護1（維持）。c: 死亡。d: 1年後なし
    care_claims    = {
      cared("a", "2022-05", "22"), cared("a", "2023-05", "23"), cared("a", "2023-06", "22"), cared("b", "2022-05", "13"),
      cared("b", "2022-05", "21", "15"), cared("b", "2023-05", "21"), cared("c", "2022-05", "25"), cared("d", "2022-05", "25"),
    },
    medical_claims = { claim("c", "2022-12", "inpatient", "death"), claim("a", "2022-05", "outpatient", "alive") },
  },
  expect = {
    ["research8.care_level_kept.persons"] = { ["29201"] = 50 },
    ["research8.care_level_shift.persons"] = {
      { area = "29201", dimensions = "始まりの要介護度=計;12か月後=計", value = 4 },
      { area = "29201", dimensions = "始まりの要介護度=4 要介護2;12か月後=5 要介護3", value = 1 },
      { area = "29201", dimensions = "始まりの要介護度=3 要介護1;12か月後=3 要介護1", value = 1 },
      { area = "29201", dimensions = "始まりの要介護度=7 要介護5;12か月後=8 死亡", value = 1 },
      { area = "29201", dimensions = "始まりの要介護度=7 要介護5;12か月後=9 利用なし・不明", value = 1 },
    },
  },
}

example "訪問診療を始めた人の1年後" {
  period = "FY2022", months = { "2021-10", "2024-06" },
  areas  = { municipality = { "29201" } },
  given  = {
    persons        = { person("a", "29201"), person("b", "29201"), person("c", "29201"), person("d", "29201"), person("e", "29201") },
    medical_items  = {
      -- a: 2022-05に始まり、13か月後にも。b: 2022-05に始まり、死亡。c: 入所。d: 途中で終わる
      item("a", "2022-05", visit, 1), item("a", "2022-09", visit, 1), item("a", "2022-12", visit, 1), item("a", "2023-03", visit, 1),
      item("a", "2023-06", visit, 1), item("b", "2022-05", visit, 1), item("c", "2022-05", visit, 1), item("d", "2022-05", visit, 1),
      -- e: 2022-03から続いているので、2022年度の始まりではない（2021年度の始まり）
      item("e", "2022-03", visit, 1), item("e", "2022-05", visit, 1),
    },
    medical_claims = { claim("b", "2023-02", "outpatient", "death"), claim("d", "2022-05", "outpatient", "alive") },
    care_claims    = { cared("c", "2023-04", "25", "51") },
  },
  expect = {
    ["research8.staying_12m.episodes"] = { ["29201"] = 33.333333333333336 }, -- a / (a, c, d)
    ["research8.after_one_year"] = {
      { area = "29201", dimensions = "1年後=計", value = 4 },
      { area = "29201", dimensions = "1年後=1 継続", value = 1 },
      { area = "29201", dimensions = "1年後=2 死亡", value = 1 },
      { area = "29201", dimensions = "1年後=3 入院・入所", value = 1 },
      { area = "29201", dimensions = "1年後=4 その他の終了", value = 1 },
    },
  },
}
