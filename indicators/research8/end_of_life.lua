-- 人生の最終段階: 家で過ごした日数、在宅で最期を迎えた人、直前の入院の繰り返し
-- パラメーター: cared = 在宅医療を受けていたとみる月（亡くなった月と、その前の3か月）
-- 1人は一度だけ亡くなるので、人単位とエピソード単位は同じ（人単位と書く）
local claims = medical_claims {}
local visits = medical_items { item = codes.visit_care }
local care   = care_items {}
local notes = require "lib.notes"
local why = "ねらい：住み慣れた場所で最期まで過ごせたかを、サービスの量ではなく時間と場所で見る。本人の希望はレセプトからは分からない。"
local cared  = months(0, 3)

-- 介護施設のサービスコード（先頭2桁が種類）の回数は、1日につき算定する基本報酬なら日数。その月で最も多いものを日数とみる
local function is_facility(item)
  local service = item:sub(1, 2)
  return service == "51" or service == "52" or service == "53" or service == "54" or service == "55"
end

-- 亡くなった月と場所。入院レセプトの死亡は病院、そのほかは施設の利用があれば施設、なければ在宅
local function death(person)
  local month, hospital
  for row in person:rows "claims" do
    if row.outcome == "death" and (not month or row.month >= month) then
      hospital = row.setting == "inpatient" or (row.month == month and hospital)
      month = row.month
    end
  end
  return month, hospital
end

-- 月ごとに、病院か施設にいた日数（月の日数まで）。診療実日数のない入院レセプトがあれば nil
local function days_away(person)
  local hospital, facility = {}, {}
  for row in person:rows "claims" do
    local key = row.month.year * 12 + row.month.month
    if row.setting == "inpatient" then
      if not row.days then return end
      hospital[key] = (hospital[key] or 0) + row.days
    end
  end
  for row in person:rows "care" do
    local key = row.month.year * 12 + row.month.month
    if is_facility(row.item) and row.quantity then facility[key] = math.max(facility[key] or 0, row.quantity) end
  end
  return hospital, facility
end

local deaths = person_rows {
  needs   = { claims = claims, visits = visits, care = care },
  reads   = { "days", "admitted_on", "outcome" },
  columns = { home_1 = "int", home_3 = "int", home_6 = "int", admissions = "int",
              place = { "1 在宅", "2 介護施設", "3 病院・診療所" }, visited = { "あり", "なし" } },
  rows    = function(person)
    local died, hospital = death(person)
    if not died then return end
    -- 6か月前までのデータがなければ、分からない。資格のない月がある人（転入など）は除く
    person:any_before("claims", died, months(1, 6))
    person:any_before("care", died, months(1, 6))
    for before = 0, 6 do if not person:age(died - before) then return end end
    local row = { died, visited = person:any_before("visits", died, cared) and "あり" or "なし" }
    local in_hospital, in_facility = days_away(person)
    local home = 0
    for before = 1, 6 do
      local month = died - before
      local key = month.year * 12 + month.month
      if in_hospital then
        home = home + math.max(0, month.days - (in_hospital[key] or 0) - (in_facility[key] or 0))
        if before == 1 then row.home_1 = home elseif before == 3 then row.home_3 = home elseif before == 6 then row.home_6 = home end
      end
    end
    local facility = false
    for item in person:rows "care" do facility = facility or (item.month == died and is_facility(item.item)) end
    row.place = hospital and "3 病院・診療所" or facility and "2 介護施設" or "1 在宅"
    -- 亡くなった月とその前の2か月に始まった入院（入院年月日の数。転院を含む）
    local seen, count = {}, 0
    for claim in person:rows "claims" do
      local on = claim.admitted_on
      if claim.setting == "inpatient" and on and on.month >= died - 2 and on.month <= died and not seen[tostring(on)] then
        seen[tostring(on)] = true
        count = count + 1
      end
    end
    row.admissions = count
    return row
  end,
}
local under_care = deaths:where { visited = "あり" }

local base = "転帰が死亡のレセプトがあり、亡くなった月とその前の6か月に資格のある人。"
local care_base = base .. "うち、亡くなった月かその前の3か月に在宅患者訪問診療料が算定された人。"
local caveats = { notes.death, notes.facility, notes.kdb, notes.late, notes.candidate }
local function with(...)
  local list = { ... }
  for _, text in ipairs(caveats) do list[#list + 1] = text end
  return list
end
local groff = "Groff AC, Colla CH, Lee TH. Days spent at home - a patient-centered goal and outcome. N Engl J Med 2016;375:1610-2"
local teno = "Teno JM, et al. Change in end-of-life care for Medicare beneficiaries: site of death, place of care, and health care transitions in 2000, 2005, and 2009. JAMA 2013;309:470-7"

-- 亡くなった月は死亡の日が分からない（在宅のレセプトに日がない）ので、その前の月を暦月で測る
for _, window in ipairs { { 1, "home_1", "30日" }, { 3, "home_3", "90日" }, { 6, "home_6", "180日" } } do
  local n, column, like = window[1], window[2], window[3]
  indicator {
    id = "research8.home_days_" .. n .. "m.persons", name = "亡くなる前の" .. n .. "か月に在宅で過ごした日数（人単位の平均）", unit = "日",
    kind = "outcome", better = "higher", stages = { "看取り", "日常の療養支援" }, limits = 95, decimals = 1,
    definition = base .. "亡くなった月の前の" .. n .. "か月（暦月）の日数から、入院の診療実日数と介護施設の日数（その月の施設サービスの回数の最大）を引いた日数の、1人あたりの平均。月ごとに0日を下限とする。亡くなった月に数える。" .. why,
    caveats = with("「最後の" .. like .. "」ではなく、亡くなった月の前の" .. n .. "か月（暦月）。レセプトでは在宅の死亡の日が分からないため",
                   "入院・入所の日と退院・退所の日は、どちらも在宅ではない日として数える", "在宅にいたことの中身（孤立、介護の負担）は分からない"),
    references = { groff, notes.plan }, tags = { "人単位" },
    value = deaths:mean(column), by = areas.of "insurer",
  }
end

indicator {
  id = "research8.home_death.persons", name = "在宅医療を受けていた人のうち、在宅で亡くなった人の割合（人単位）", unit = "%",
  kind = "outcome", better = "higher", stages = { "看取り" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = care_base .. "そのうち、死亡の転帰が入院レセプトになく、その月に介護施設の利用もない人の割合（在宅には有料老人ホーム・グループホームなどを含む）。" .. why,
  caveats = with("在宅で亡くなることが本人の希望だったかは分からない", "亡くなる直前に運ばれ、外来のレセプトだけがある人も在宅に数える"),
  references = { teno, notes.plan }, tags = { "人単位" },
  value = percent(under_care:where { place = "1 在宅" }:persons(), under_care:persons()), by = areas.of "insurer",
}

cross_table {
  id = "research8.place_of_death", title = "亡くなった場所（人単位）", unit = "人", kind = "outcome", stages = { "看取り" },
  definition = base .. "在宅医療の有無別に、亡くなった場所の実人数。" .. why,
  caveats = caveats, references = { teno, notes.plan }, tags = { "人単位" },
  rows = { areas.of "insurer", dim("在宅医療", deaths.visited):with_total("計") },
  columns = { dim("場所", deaths.place):with_total("計") }, value = deaths:persons(),
}

indicator {
  id = "research8.late_admissions.persons", name = "亡くなる前の3か月に2回以上入院した人の割合（人単位）", unit = "%",
  kind = "outcome", better = "lower", stages = { "看取り", "急変時の対応" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = care_base .. "そのうち、亡くなった月とその前の2か月に始まった入院（異なる入院年月日の数。転院を含む）が2回以上の人の割合。" .. why,
  caveats = with("必要な入院（症状の緩和、家族の休息）も数える", "同じ日の転院は1回に数える"),
  references = { "Gozalo P, Teno JM, et al. End-of-life transitions among nursing home residents with cognitive issues. N Engl J Med 2011;365:1212-21", teno },
  tags = { "人単位" },
  value = percent(under_care:where { admissions = from(2) }:persons(), under_care:persons()), by = areas.of "insurer",
}
