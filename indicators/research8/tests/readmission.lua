-- 手で計算した例。1人ずつ、なぜ数えるか・数えないかを書く
local function person(id, area)
  return { person = id, sex = "female", birth_month = "1940-05", scheme = "late_elderly", insurer = "39290001",
           insurer_area = area, valid_from = "2020-04" }
end
local function stay(id, who, month, admitted, days, outcome)
  return { claim = id, person = who, month = month, institution = "h1", setting = "inpatient", type = "medical",
           admitted_on = admitted, days = days, outcome = outcome or "alive" }
end
local function cared(who, month, service)
  return { person = who, month = month, service = service, office = "o1", care_level = "22", units = 1 }
end

example "30日目の再入院は数え、31日目は数えない。転院と月またぎは一つの入院" {
  period = "FY2023", months = { "2023-04", "2024-06" },
  areas  = { municipality = { "29201" } },
  given  = {
    persons        = { person("a", "29201"), person("b", "29201"), person("c", "29201") },
    medical_claims = {
      -- a: 5/10退院、30日後の6/9に入院 → 再入院。6/18の退院のあとは入院なし
      stay("1", "a", "2023-05", "2023-05-01", 10), stay("2", "a", "2023-06", "2023-06-09", 10),
      -- b: 4/20入院、5/10まで（月またぎ）、翌日5/11に転院して5/20退院。31日後の6/20に入院 → 数えない
      stay("3", "b", "2023-04", "2023-04-20", 11), stay("4", "b", "2023-05", "2023-04-20", 10),
      stay("5", "b", "2023-05", "2023-05-11", 10), stay("6", "b", "2023-06", "2023-06-20", 2),
      -- c: 死亡退院 → 分母に入らない
      stay("7", "c", "2023-05", "2023-05-02", 3, "death"),
    },
    care_claims    = { cared("z", "2023-05", "11") },
  },
  -- 退院は a 2回、b 2回（5/20、6/21）。再入院は a の1回
  expect = {
    ["research8.readmission_30d.episodes"] = { ["29201"] = 25 },
    ["research8.readmission_30d.persons"]  = { ["29201"] = 50 },
    -- 月では: a は 6月に途切れる（5・6月は続き）、b は6月、c は5月（死亡も分からない）。翌々月の入院はない
    ["research8.readmission_month.episodes"] = { ["29201"] = 0 },
  },
}

example "介護施設へ退院した人を除き、翌々月の再入院を月で数える" {
  period = "FY2023", months = { "2023-04", "2024-06" },
  areas  = { municipality = { "29201" } },
  given  = {
    persons        = { person("a", "29201"), person("b", "29201") },
    medical_claims = {
      stay("1", "a", "2023-05", "2023-05-01", 10), stay("2", "a", "2023-07", "2023-07-01", 10),
      stay("3", "b", "2023-05", "2023-05-01", 10), stay("4", "b", "2023-07", "2023-07-01", 10),
    },
    care_claims    = { cared("b", "2023-06", "51"), cared("b", "2023-07", "51") },
  },
  -- b は2回とも施設。a は5月と7月に退院し、5月の翌々月に入院。日では 5/10→7/1 の52日なので30日以内ではない
  expect = {
    ["research8.readmission_30d.episodes"]   = { ["29201"] = 0 },
    ["research8.readmission_month.episodes"] = { ["29201"] = 50 },
  },
}

example "退院のあと30日のデータがなければ計算しない" {
  period = "FY2023", months = { "2023-04", "2024-03" },
  areas  = { municipality = { "29201", "29202" } },
  given  = {
    persons        = { person("a", "29201"), person("b", "29202") },
    medical_claims = { stay("1", "a", "2024-03", "2024-03-10", 5), stay("2", "b", "2023-05", "2023-05-10", 5) },
    care_claims    = { cared("z", "2024-03", "11") },
  },
  expect = {
    ["research8.readmission_30d.episodes"] = { ["29201"] = "not_computable", ["29202"] = 0 },
    ["research8.readmission_30d.persons"]  = { ["29201"] = "not_computable", ["29202"] = 0 },
  },
}
