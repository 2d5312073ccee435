-- SPDX-License-Identifier: MIT
-- 期待する値は、下の入力から電卓で求めたもの（注釈は計算の途中）。圏域はどれも架空。
local areas = { secondary = { "2991", "2992", "2993" }, prefecture = { "29" } }
local function row(area, period, more)
  local r = { area = area, area_set = "secondary", period = period }
  if not (more.item or more.home) then r.place = area end
  for k, v in pairs(more) do r[k] = v end
  return r
end
local function items(area, period, conversion, facility, home)
  return row(area, period, { item = "conversion", value = conversion }), row(area, period, { item = "facility", value = facility }),
         row(area, period, { item = "home", value = home })
end
local function list(...)
  local all = {}
  for _, r in ipairs { ... } do table.insert(all, r) end
  return all
end
local function add(to, ...) for _, r in ipairs { ... } do table.insert(to, r) end return to end

local demand = list(
  row("2991", "FY2025", { c3_below = 400, category1 = 500, regional_gap = 130, outpatient = 100 }),
  row("2992", "FY2025", { c3_below = 300, category1 = 400, regional_gap = 100, outpatient = 60 }),
  row("2993", "FY2025", { c3_below = 100, category1 = 100, regional_gap = 30, outpatient = 0 }))
local survey = list(
  row("2991", "FY2020", { medical = 60, designated = 40 }), row("2991", "FY2023", { medical = 110, designated_all = 90 }),
  row("2992", "FY2020", { medical = 150, designated = 95.5, designated_all = 150 }), row("2992", "FY2023", { medical = 210 }),
  row("2993", "FY2020", { medical = 40, designated = 20 }))
local ratios = list(
  row("2991", "FY2018", { data = "kdb", home = 40, facility = 100 }), row("2991", "FY2018", { data = "own", home = 10, facility = 15 }),
  row("2993", "FY2019", { data = "bed_report", home = 30, facility = 20 }))
local choice = list(
  row("2991", "FY2020", { data = "kdb" }), row("2991", "FY2023", { data = "kdb" }),
  row("2992", "FY2023", { data = "patient_survey" }), row("2993", "FY2020", { data = "bed_report" }))
local agreed = list(
  row("2991", "FY2023", { item = "home", value = 120, reason = "訪問診療の増加", meeting = "第2回" }),
  row("2991", "FY2023", { item = "facility", value = 265, reason = "③を増やした分", meeting = "第2回" }),
  row("2993", "FY2020", { item = "conversion", value = 50, reason = "病院の意向が変わった" }))
local plans = add({}, items("2991", "FY2020", 100, 130, 50))
add(plans, items("2991", "FY2023", 200, 265, 120))
add(plans, items("2992", "FY2020", 246, 0, 10))
add(plans, items("2992", "FY2023", 340, 79, 26))
add(plans, items("2993", "FY2020", 60, 6, 9))
local actual = add({}, items("2991", "FY2020", 90, 120, 52))
add(actual, items("2992", "FY2020", 246, 0, 4))
local ceiling = list(row("2992", "FY2023", { item = "home", value = 20 }))
local given = { apportionment_demand = demand, apportionment_survey = survey, apportionment_ratios = ratios,
                apportionment_choice = choice, apportionment_agreed = agreed, apportionment_plans = plans,
                apportionment_actual = actual, apportionment_ceiling = ceiling }
local function expected(values)
  local all = {}
  for id, v in pairs(values) do all["apportionment." .. id] = v end
  return all
end
local function three(a, b, c, prefecture) return { ["2991"] = a, ["2992"] = b, ["2993"] = c, ["29"] = prefecture } end

example "令和2年度末: 令和7年の推計の8分の3を、STEP1・STEP2に分ける" {
  period = "FY2020", areas = areas, given = given,
  expect = expected {
    ["demand.c3_below"]     = three(400, 300, 100, 800),
    ["demand.category1"]    = three(500, 400, 100, 1000),
    ["demand.category1_70"] = three(350, 280, 70, 700),
    ["demand.regional_gap"] = three(130, 100, 30, 260),
    ["demand.outpatient"]   = three(100, 60, 0, 160),
    ["demand.total"]        = three(780, 620, 200, 1600),       -- 400 + 350 + 130 - 100
    ["demand.year"]         = three(293, 233, 75, 601),         -- 780 * 3 / 8 = 292.5, 620 * 3 / 8 = 232.5
    ["step1.medical"]       = three(60, 150, 40, 250),
    ["step1.designated"]    = three(40, 95.5, 20, 155.5),
    ["step1.lower_bound"]   = three(100, 246, 60, 406),         -- 150 + 95.5 = 245.5 を切り上げ
    ["step1.agreed"]        = three("missing", "missing", 50, "missing"),
    ["step1.value"]         = three(100, 246, 60, 406),         -- 50 は下限 60 を下回るので採らない
    ["step1.below"]         = three(0, 0, 10, 10),
    ["step2.rest"]          = three(193, 0, 15, 208),           -- 293 - 100、233 < 246、75 - 60
    ["ratio.kdb"]           = three(2.5, "missing", "missing", "not_applicable"), -- 100 / 40
    ["ratio.bed_report"]    = three("missing", "missing", 20 / 30, "not_applicable"),
    ["ratio.patient_survey"] = three(3, 3, 3, "not_applicable"),
    ["ratio.own"]           = three(1.5, "missing", "missing", "not_applicable"), -- 15 / 10
    ["ratio.chosen"]        = three(2.5, "missing", 20 / 30, "not_applicable"),
    ["step2.home"]          = three(55, 0, 9, 64),              -- 193 / 3.5 = 55.1、15 / (1 + 2/3) = 9
    ["step2.facility"]      = three(138, 0, 6, 144),            -- 193 - 55、15 - 9
    ["agreed.facility"]     = three("missing", "missing", "missing", "missing"),
    ["agreed.home"]         = three("missing", "missing", "missing", "missing"),
    ["result.conversion"]   = three(100, 246, 60, 406),
    ["result.facility"]     = three(138, 0, 6, 144),
    ["result.home"]         = three(55, 0, 9, 64),
    ["result.total"]        = three(293, 246, 75, 614),
    ["result.shortfall"]    = three(0, 0, 0, 0),
    ["plan.conversion"]     = three(100, 246, 60, 406),
    ["plan.facility"]       = three(130, 0, 6, 136),
    ["plan.home"]           = three(50, 10, 9, 69),
    ["plan.total"]          = three(280, 256, 75, 611),
    ["plan.shortfall"]      = three(13, 0, 0, 13),              -- 293 - 280。都道府県は足し上げで、601 - 611 ではない
    ["carry.home.before"]   = three(0, 0, 0, 0),                -- 第7期に積み残しはない
    ["carry.home.need"]     = three(55, 0, 9, 64),
    ["carry.total.need"]    = three(293, 246, 75, 614),
  },
}

example "令和5年度末: 協議で決めた値、第7期の積み残し、上限。意向調査のない圏域は計算しない" {
  period = "FY2023", areas = areas, given = given,
  expect = expected {
    ["demand.year"]         = three(585, 465, 150, 1200),       -- 780 * 6 / 8
    ["step1.medical"]       = three(110, 210, "missing", "missing"),
    ["step1.designated"]    = three(90, 150, "missing", "missing"), -- 全数。2992 は令和2年度の行の全数
    ["step1.lower_bound"]   = three(200, 360, "missing", "missing"),
    ["step2.rest"]          = three(385, 105, "missing", "missing"),
    ["ratio.chosen"]        = three(2.5, 3, "missing", "not_applicable"),
    ["step2.home"]          = three(110, 26, "missing", "missing"), -- 385 / 3.5、105 / 4 = 26.25
    ["step2.facility"]      = three(275, 79, "missing", "missing"),
    ["agreed.facility"]     = three(265, "missing", "missing", "missing"),
    ["agreed.home"]         = three(120, "missing", "missing", "missing"),
    ["result.facility"]     = three(265, 79, "missing", "missing"),
    ["result.home"]         = three(120, 26, "missing", "missing"),
    ["result.total"]        = three(585, 465, "missing", "missing"),
    ["plan.shortfall"]      = three(0, 20, "missing", "missing"),   -- 465 - (340 + 79 + 26)
    ["carry.conversion.before"]   = three(100, 246, 60, 406),
    ["carry.facility.before"]     = three(130, 0, 6, 136),
    ["carry.home.before"]         = three(50, 10, 9, 69),
    ["carry.conversion.actual"]   = three(90, 246, "missing", "missing"),
    ["carry.facility.actual"]     = three(120, 0, "missing", "missing"),
    ["carry.home.actual"]         = three(52, 4, "missing", "missing"),
    ["carry.conversion.unmet"]    = three(10, 0, "missing", "missing"),
    ["carry.facility.unmet"]      = three(10, 0, "missing", "missing"),
    ["carry.home.unmet"]          = three(0, 6, "missing", "missing"),  -- 50 - 52 は負、10 - 4
    ["carry.conversion.increase"] = three(100, 114, "missing", "missing"),
    ["carry.facility.increase"]   = three(135, 79, "missing", "missing"),
    ["carry.home.increase"]       = three(70, 16, "missing", "missing"),
    ["carry.conversion.ceiling"]  = three(200, 360, "missing", "missing"),
    ["carry.facility.ceiling"]    = three(265, 79, "missing", "missing"),
    ["carry.home.ceiling"]        = three(120, 20, "missing", "missing"),
    ["carry.conversion.carried"]  = three(10, 0, "missing", "missing"),
    ["carry.facility.carried"]    = three(10, 0, "missing", "missing"),
    ["carry.home.carried"]        = three(0, 4, "missing", "missing"),  -- 6 のうち、20 - 16 = 4 まで
    ["carry.conversion.need"]     = three(110, 114, "missing", "missing"),
    ["carry.facility.need"]       = three(145, 79, "missing", "missing"),
    ["carry.home.need"]           = three(70, 20, "missing", "missing"),
    ["carry.total.unmet"]         = three(20, 6, "missing", "missing"),
    ["carry.total.carried"]       = three(20, 4, "missing", "missing"),
    ["carry.total.need"]          = three(325, 213, "missing", "missing"),
    ["lines"] = { { area = "2991", measure = "③在宅医療", value = 120 }, { area = "2991", measure = "③在宅医療（按分）", value = 110 },
                  { area = "2992", measure = "按分に使う比", value = 3 } },
  },
}

example "途中の年度は月数に比例する。秘匿の入力は、それを使うすべての行を秘匿にする" {
  period = "FY2021", areas = areas,
  given = { apportionment_demand = list(
              row("2991", "FY2025", { c3_below = 400, category1 = 500, regional_gap = 130, outpatient = 100 }),
              row("2992", "FY2025", { c3_below = "masked", category1 = 400, regional_gap = 100, outpatient = 60 })),
            apportionment_survey = list(row("2991", "FY2021", { medical = 90, designated = 50 }),
                                        row("2992", "FY2021", { medical = 10, designated = 5 })),
            apportionment_ratios = ratios, apportionment_choice = list(row("2991", "FY2021", { data = "own" })),
            apportionment_agreed = agreed, apportionment_plans = plans, apportionment_actual = actual,
            apportionment_ceiling = ceiling },
  expect = expected {
    ["demand.year"]   = { ["2991"] = 390, ["2992"] = "masked", ["29"] = "masked" }, -- 780 * 4 / 8
    ["step2.rest"]    = { ["2991"] = 250, ["2992"] = "masked" },
    ["step2.home"]    = { ["2991"] = 100, ["2992"] = "masked" },                    -- 250 / 2.5
    ["step2.facility"] = { ["2991"] = 150 },
  },
}
