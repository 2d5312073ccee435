local persons = {
  { person = "a", sex = "female", birth_month = "1940-05", scheme = "late_elderly", insurer = "39290001",
    insurer_area = "29201", valid_from = "2020-04" },
  { person = "b", sex = "male", birth_month = "1950-01", scheme = "nhi", insurer = "290001",
    insurer_area = "29201", valid_from = "2020-04" },
  { person = "c", sex = "male", birth_month = "1950-01", scheme = "nhi", insurer = "290002",
    insurer_area = "29202", valid_from = "2020-04" },
}
local function claim(id, person, month)
  return { claim = id, person = person, month = month, institution = "h1", setting = "inpatient", type = "medical" }
end
local function visit(id, person, month)
  return { claim = id, person = person, month = month, institution = "h2", item = "114001110", quantity = 1 }
end

example "2か月後の再入院を、退院した月に数える。訪問診療のあった人と、翌月も入院の人は数えない" {
  period = "FY2023",
  months = { "2023-04", "2024-06" },
  areas  = { municipality = { "29201", "29202" } },
  given  = {
    persons        = persons,
    medical_claims = {
      claim("1", "a", "2023-05"), claim("2", "a", "2023-07"),
      claim("3", "b", "2023-05"), claim("4", "b", "2023-07"),
      claim("5", "c", "2023-05"), claim("6", "c", "2023-06"),
    },
    medical_items  = { visit("7", "b", "2023-06") },
  },
  expect = {
    ["research.bounce_back"]     = { ["29201"] = 1, ["29202"] = 0 },
    ["research.months_to_visit"] = { ["29201"] = 1, ["29202"] = 0 },
  },
}

example "再入院を調べる月のデータがなければ、値を出さない" {
  period = "FY2023",
  months = { "2023-04", "2024-03" },
  areas  = { municipality = { "29201", "29202" } },
  given  = {
    persons        = persons,
    medical_claims = { claim("1", "a", "2024-02"), claim("2", "c", "2023-05") },
    medical_items  = { visit("3", "b", "2023-06") },
  },
  expect = { ["research.bounce_back"] = { ["29201"] = "not_computable", ["29202"] = 0 } },
}
