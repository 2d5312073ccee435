-- 手で計算した例。2023年8月に亡くなった人: 前の1か月は7月（31日）、3か月は5～7月（92日）、6か月は2～7月（181日）
local function person(id, area)
  return { person = id, sex = "female", birth_month = "1940-05", scheme = "late_elderly", insurer = "39290001",
           insurer_area = area, valid_from = "2020-04" }
end
local function claim(id, who, month, setting, outcome, days, admitted)
  return { claim = id, person = who, month = month, institution = "h1", setting = setting, type = "medical",
           outcome = outcome, days = days, admitted_on = admitted }
end
local function visit(id, who, month)
  return { claim = id, person = who, month = month, institution = "h2", item = "114001110", quantity = 2 }
end
local function days(who, month, item, quantity)
  return { person = who, month = month, office = "o1", item = item, quantity = quantity }
end

example "在宅で過ごした日数、亡くなった場所、直前の入院" {
  period = "FY2023", months = { "2022-10", "2024-03" },
  areas  = { municipality = { "29201" } },
  given  = {
    persons        = { person("a", "29201"), person("b", "29201"), person("c", "29201"), person("d", "29201") },
    medical_claims = {
      -- a: 在宅で死亡（外来の死亡）。6月に10日、7月に5日入院
      claim("1", "a", "2023-06", "inpatient", "alive", 10, "2023-06-03"), claim("2", "a", "2023-07", "inpatient", "alive", 5, "2023-07-20"),
      claim("3", "a", "2023-08", "outpatient", "death", 4),
      -- b: 病院で死亡。7月31日から入院
      claim("4", "b", "2023-07", "inpatient", "alive", 1, "2023-07-31"), claim("5", "b", "2023-08", "inpatient", "death", 9, "2023-07-31"),
      -- c: 介護施設で死亡（外来の死亡と、施設の利用）
      claim("6", "c", "2023-08", "outpatient", "death", 1),
      -- d: 生きている
      claim("7", "d", "2023-08", "outpatient", "alive", 1),
    },
    medical_items  = { visit("3", "a", "2023-08"), visit("8", "b", "2023-06"), visit("7", "d", "2023-08") },
    care_items     = {
      -- c: 7月31日間、6月は20日（加算は1日ごと20回と月1回）、8月10日。訪問介護の回数は日数ではない
      days("c", "2023-07", "512111", 31), days("c", "2023-06", "512111", 20), days("c", "2023-06", "516001", 20),
      days("c", "2023-06", "516002", 1), days("c", "2023-08", "512111", 10), days("a", "2023-05", "111111", 25),
    },
  },
  -- 1か月: a 31-5=26、b 31-1=30、c 0 → 56/3。3か月: a 92-15=77、b 91、c 92-31-20=41 → 209/3。6か月: a 166、b 180、c 130 → 476/3
  expect = {
    ["research8.home_days_1m.persons"] = { ["29201"] = 18.666666666666668 },
    ["research8.home_days_3m.persons"] = { ["29201"] = 69.66666666666667 },
    ["research8.home_days_6m.persons"] = { ["29201"] = 158.66666666666666 },
    -- 在宅医療を受けていたのは a と b。在宅の死亡は a。2回以上の入院は a（6/3、7/20）
    ["research8.home_death.persons"]      = { ["29201"] = 50 },
    ["research8.late_admissions.persons"] = { ["29201"] = 50 },
    ["research8.place_of_death"] = {
      { area = "29201", dimensions = "在宅医療=計;場所=計", value = 3 },
      { area = "29201", dimensions = "在宅医療=あり;場所=1 在宅", value = 1 },
      { area = "29201", dimensions = "在宅医療=なし;場所=2 介護施設", value = 1 },
      { area = "29201", dimensions = "在宅医療=あり;場所=3 病院・診療所", value = 1 },
    },
  },
}

example "6か月前からのデータがなければ計算せず、転入した人は除く" {
  period = "FY2023", months = { "2023-04", "2024-03" },
  areas  = { municipality = { "29201", "29202" } },
  given  = {
    persons        = {
      person("a", "29201"),
      { person = "b", sex = "male", birth_month = "1940-05", scheme = "nhi", insurer = "290002", insurer_area = "29202", valid_from = "2023-12" },
    },
    medical_claims = { claim("1", "a", "2023-08", "outpatient", "death", 4), claim("2", "b", "2024-03", "outpatient", "death", 1) },
    medical_items  = { visit("1", "a", "2023-08") },
    care_items     = { days("z", "2023-08", "111111", 1) },
  },
  expect = {
    ["research8.home_days_6m.persons"] = { ["29201"] = "not_computable", ["29202"] = "not_computable" },
    ["research8.home_death.persons"]   = { ["29201"] = "not_computable" },
  },
}
