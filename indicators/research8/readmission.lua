-- 自宅への退院から30日以内の再入院
-- パラメーター: within = 何日以内か。単位は2通り（エピソード: 退院ごと。人: 期間に一度でもあったか）
local stays    = medical_claims { setting = "inpatient" }
local facility = care_claims { service = { "51", "52", "53", "54", "55" } }
local lib      = require "lib.stays"
local notes = require "lib.notes"
local why = "ねらい：避けられる再入院は、退院支援と退院直後の在宅医療が足りていれば減ると考えられる。必要な入院まで減らすものではない。"
local span, episodes = lib.span, lib.episodes
local within   = 30

local left = person_rows {
  needs   = { stays = stays, facility = facility },
  reads   = { "days", "admitted_on", "outcome" },
  columns = { gap = "int" },
  rows    = function(person)
    local list, all = {}, episodes(person, span) or {}
    for i, stay in ipairs(all) do
      local month, after = stay.to.month, all[i + 1]
      local reach = (stay.to + within).month - month
      person:any("stays", month, months(0, reach < 1 and 1 or reach)) -- ここまでのデータがなければ、分からない
      if not stay.death and not person:any("facility", month, months(0, 1)) then
        list[#list + 1] = { month, gap = after and after.from - stay.to }
      end
    end
    return list
  end,
}
local back = left:where { gap = to(within) }

local rule = "入院年月日と診療実日数から日でつないだ一続きの入院（転院は一つの入院）の退院のうち、死亡退院と、退院の月か翌月に介護施設の利用がある人を除いたものを分母とし、退院の翌々日から" .. within .. "日後までに次の入院が始まったものを分子とする。"
local caveats = { notes.days, notes.facility, "予定された再入院（検査、手術、化学療法）を除いていない", "再入院の前に亡くなった人も分母に残る", "入院年月日か診療実日数の分からないレセプトのある人は除く", notes.kdb, notes.late, notes.candidate }
local references = { "Jencks SF, Williams MV, Coleman EA. Rehospitalizations among patients in the Medicare fee-for-service program. N Engl J Med 2009;360:1418-28", notes.plan }

indicator {
  id = "research8.readmission_30d.episodes", name = "自宅への退院から30日以内の再入院の割合（エピソード単位）", unit = "%",
  kind = "outcome", better = "lower", stages = { "退院支援", "急変時の対応" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = rule .. "退院ごとに数えるので、1人が何度も入る（エピソード単位）。退院した月に数える。" .. why,
  caveats = caveats, references = references, tags = { "エピソード単位" },
  value = percent(back:rows(), left:rows()), by = areas.of "insurer",
}

indicator {
  id = "research8.readmission_30d.persons", name = "自宅への退院から30日以内の再入院があった人の割合（人単位）", unit = "%",
  kind = "outcome", better = "lower", stages = { "退院支援", "急変時の対応" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = rule .. "期間に自宅へ退院した実人数のうち、そのような再入院が一度でもあった実人数（人単位）。" .. why,
  caveats = caveats, references = references, tags = { "人単位" },
  value = percent(back:persons(), left:persons()), by = areas.of "insurer",
}

-- 入院年月日や診療実日数のないデータでは、月で測る
local monthly = stays:discharges { keep = "all" }:not_followed_by(facility, months(0, 1))

indicator {
  id = "research8.readmission_month.episodes", name = "退院の翌々月の再入院の割合（月単位・エピソード単位）", unit = "%",
  kind = "outcome", better = "lower", stages = { "退院支援", "急変時の対応" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = "入院レセプトが途切れた月（退院の月）のうち、その月か翌月に介護施設の利用があるものを除いたものを分母とし、翌々月に入院レセプトのあるものを分子とする。退院の月ごとに数える（エピソード単位）。" .. why,
  caveats = { "30日以内の再入院ではない。レセプトは月ごとなので、退院した月とその翌月の再入院は入院の続きと区別できず、数えられない", "死亡退院も分母に入る", notes.facility, notes.kdb, notes.late, notes.candidate },
  references = references, tags = { "エピソード単位" },
  value = percent(monthly:followed_by(stays, months(2, 2)):rows(), monthly:rows()), by = areas.of "insurer",
}
