-- 在宅療養の継続: 訪問診療を始めた人の1年後
-- パラメーター: fresh = 新しく始めたとみる空白の月、around = 継続とみる月（12か月後の前後1か月）。単位はエピソード（始まりごと）
local visits   = medical_items { item = codes.visit_care }
local claims   = medical_claims {}
local facility = care_claims { service = { "51", "52", "53", "54", "55" } }
local notes = require "lib.notes"
local why = "ねらい：住み慣れた場所での療養が続いたかを見る。在宅での看取りも望んだ療養の結果でありうるので、死亡は分ける。"
local fresh, around = months(1, 6), months(11, 13)

local begun = person_rows {
  needs   = { visits = visits, claims = claims, facility = facility },
  reads   = { "outcome" },
  columns = { now = { "1 継続", "2 死亡", "3 入院・入所", "4 その他の終了" } },
  rows    = function(person)
    local list, last = {}, nil
    for row in person:rows "visits" do
      local start = row.month
      if start ~= last and not person:any_before("visits", start, fresh) then
        local goes_on = person:any("visits", start, around)
        local away = person:any("facility", start, around)
        local died = false
        for claim in person:rows "claims" do
          local month = claim.month
          if month >= start and month <= start + 13 and claim.outcome == "death" then died = true end
          if month >= start + 11 and month <= start + 13 and claim.setting == "inpatient" then away = true end
        end
        list[#list + 1] = { start, now = died and "2 死亡" or goes_on and "1 継続" or away and "3 入院・入所" or "4 その他の終了" }
      end
      last = start
    end
    return list
  end,
}

local rule = "前の6か月に在宅患者訪問診療料の算定がない人に算定された月を始まりとし（始まりごとに数えるエピソード単位）、11～13か月後を見る。13か月後までに死亡の転帰があれば死亡、なくて訪問診療の算定があれば継続、なくて入院レセプトか介護施設の利用があれば入院・入所、ほかはその他の終了。"
local caveats = { "その他の終了は、外来への移行、転出、中断を区別できない", notes.death, notes.facility, notes.kdb, notes.late, notes.candidate }

cross_table {
  id = "research8.after_one_year", title = "訪問診療を始めた人の1年後（エピソード単位）", unit = "件", kind = "outcome",
  stages = { "日常の療養支援" }, definition = rule .. why, caveats = caveats, references = { notes.plan }, tags = { "エピソード単位" },
  rows = { areas.of "insurer" }, columns = { dim("1年後", begun.now):with_total("計") }, value = begun:rows(),
}

indicator {
  id = "research8.staying_12m.episodes", name = "訪問診療を始めて1年後も在宅で療養している割合（エピソード単位、死亡を除く）", unit = "%",
  kind = "outcome", better = "higher", stages = { "日常の療養支援" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = rule .. "死亡を除いた始まりのうち、継続の割合。" .. why, caveats = caveats, references = { notes.plan }, tags = { "エピソード単位" },
  value = percent(begun:where { now = "1 継続" }:rows(), begun:where { now = except "2 死亡" }:rows()), by = areas.of "insurer",
}
