-- 手で計算した例
local function person(id, area)
  return { person = id, sex = "female", birth_month = "1940-05", scheme = "late_elderly", insurer = "39290001",
           insurer_area = area, valid_from = "2020-04" }
end
local function stay(id, who, month)
  return { claim = id, person = who, month = month, institution = "h1", setting = "inpatient", type = "medical" }
end
local function visit(id, who, month)
  return { claim = id, person = who, month = month, institution = "h2", item = "114001110", quantity = 1 }
end
local function cared(who, month, service)
  return { person = who, month = month, service = service, office = "o1", care_level = "22", units = 1 }
end

local given = {
  persons        = { person("a", "29201"), person("b", "29201"), person("c", "29201"), person("d", "29201") },
  medical_claims = {
    -- a: 4～5月に入院、5月に退院し、6月から訪問診療（1か月）。9月にも入院、9月に訪問診療（0か月、入院前3か月に訪問あり）
    stay("1", "a", "2023-04"), stay("2", "a", "2023-05"), stay("3", "a", "2023-09"),
    stay("4", "b", "2023-05"), -- b: 8月に訪問診療（3か月）
    stay("5", "c", "2023-05"), -- c: 訪問診療なし
    stay("6", "d", "2023-05"), -- d: 翌月に施設
  },
  medical_items  = { visit("7", "a", "2023-06"), visit("8", "a", "2023-07"), visit("9", "a", "2023-09"), visit("10", "b", "2023-08"), visit("11", "d", "2023-06") },
  care_claims    = { cared("d", "2023-06", "54") },
}

example "退院ごとに、6か月後までの最初の訪問診療までの月数" {
  period = "FY2023", months = { "2023-01", "2024-09" },
  areas  = { municipality = { "29201" } },
  given  = given,
  -- a 1か月と0か月、b 3か月 → 平均 4/3、翌月までは3分の2
  expect = {
    ["research8.first_visit_wait.episodes"] = { ["29201"] = 1.3333333333333333 },
    ["research8.first_visit_soon.episodes"] = { ["29201"] = 66.66666666666667 },
    ["research8.first_visit_table"] = {
      { area = "29201", dimensions = "入院前の訪問診療=計;月数=計", value = 3 },
      { area = "29201", dimensions = "入院前の訪問診療=あり;月数=0", value = 1 },
      { area = "29201", dimensions = "入院前の訪問診療=なし;月数=1", value = 1 },
      { area = "29201", dimensions = "入院前の訪問診療=なし;月数=3", value = 1 },
    },
  },
}
