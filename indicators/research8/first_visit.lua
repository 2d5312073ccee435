-- 退院から初めての訪問診療まで
-- パラメーター: follow = 退院後何か月以内に訪問診療が始まった人を見るか、before = すでに在宅医療を受けていたとみる入院前の月
local stays    = medical_claims { setting = "inpatient" }
local visits   = medical_items { item = codes.visit_care }
local facility = care_claims { service = { "51", "52", "53", "54", "55" } }
local notes = require "lib.notes"
local why = "ねらい：退院直後は状態が変わりやすく、早い訪問が再入院や不安を減らすと考えられる。"
local follow, before = months(0, 6), months(1, 3)

local started = person_rows {
  needs   = { stays = stays, visits = visits, facility = facility },
  columns = { wait = "int", already = { "あり", "なし" } },
  rows    = function(person)
    local list = {}
    for stay in person:stays "stays" do
      local left = stay.discharged
      local facility_after = left and person:any("facility", left, months(0, 1))
      if left and not facility_after and person:any("visits", left, follow) then
        local first
        for row in person:rows "visits" do
          if not first and row.month >= left then first = row.month end
        end
        list[#list + 1] = { left, wait = first - left, already = person:any_before("visits", stay.first, before) and "あり" or "なし" }
      end
    end
    return list
  end,
}

local rule = "入院レセプトが途切れた月（退院の月）ごとに、その月か翌月に介護施設の利用がなく、6か月後までに在宅患者訪問診療料が算定されたものについて、"
local caveats = { "レセプトは月ごとなので、日数ではなく月数。退院した月の訪問診療が0か月で、退院の前の訪問診療（同じ月）と区別できない", "訪問診療が始まらなかった退院は入らない（必要だったかは分からない）", "死亡退院は、訪問診療がないので入らない", notes.facility, notes.kdb, notes.late, notes.candidate }
local references = { "Hernandez AF, et al. Relationship between early physician follow-up and 30-day readmission among Medicare beneficiaries hospitalized for heart failure. JAMA 2010;303:1716-22", notes.plan }

indicator {
  id = "research8.first_visit_soon.episodes", name = "退院の月か翌月に訪問診療が始まった割合（エピソード単位）", unit = "%",
  kind = "outcome", better = "higher", stages = { "退院支援", "日常の療養支援" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = rule .. "訪問診療の最初の月が退院の月か翌月であるものの割合。退院ごとに数える（エピソード単位）。" .. why,
  caveats = caveats, references = references, tags = { "エピソード単位" },
  value = percent(started:where { wait = to(1) }:rows(), started:rows()), by = areas.of "insurer",
}

indicator {
  id = "research8.first_visit_wait.episodes", name = "退院から初めての訪問診療までの月数（エピソード単位の平均）", unit = "月",
  kind = "outcome", better = "lower", stages = { "退院支援", "日常の療養支援" }, limits = 95, decimals = 2,
  definition = rule .. "退院の月から訪問診療の最初の月までの月数の平均。退院ごとに数える（エピソード単位）。" .. why,
  caveats = caveats, references = references, tags = { "エピソード単位" },
  value = started:mean "wait", by = areas.of "insurer",
}

cross_table {
  id = "research8.first_visit_table", title = "退院から初めての訪問診療までの月数（エピソード単位）", unit = "件", kind = "outcome",
  stages = { "退院支援" }, definition = rule .. "入院前3か月の訪問診療の有無別に、月数ごとの件数。" .. why,
  caveats = caveats, references = references, tags = { "エピソード単位" },
  rows = { areas.of "insurer", dim("入院前の訪問診療", started.already):with_total("計") },
  columns = { dim("月数", started.wait):with_total("計") }, value = started:rows(),
}
