-- 夜間の負担と、在宅患者の入院
-- パラメーター: 時間外 = 往診料の夜間・休日加算と深夜加算。分母 = その月に訪問診療を受けた人（人・月単位）
local visits = medical_items { item = codes.visit_care }
local night  = medical_items { item = codes.home_care_supply }
  :where { row = { "06 往診料 うち夜間・休日加算", "07 往診料 うち深夜加算" } }
local stays  = medical_claims { setting = "inpatient" }
local notes = require "lib.notes"
local why = "ねらい：24時間の体制が働いていることと、患者・家族と医療者の負担の両方を表すので、増減を合わせて読む。"

local caveats = { "加算の回数で数えるので、1回の往診に2つの加算はつかないとみなしている", "訪問看護の時間外の訪問は含まない", "訪問診療を受けていない人への往診（初めての往診など）も分子に入る", notes.kdb, notes.late, notes.candidate }

indicator {
  id = "research8.night_calls.person_months", name = "在宅患者1,000人・月あたりの時間外の往診（人・月単位）", unit = "回/1,000人・月",
  kind = "outcome", stages = { "急変時の対応" }, decimals = 1,
  definition = "往診料の夜間・休日加算と深夜加算の算定回数の月平均を、在宅患者訪問診療料が算定された実人数の月平均で割り、1,000倍した値（人・月単位）。" .. why,
  caveats = caveats, references = { notes.plan }, tags = { "人・月単位" },
  value = ratio(night:sum("quantity"):monthly_average(), visits:persons():monthly_average(), { factor = 1000 }), by = areas.of "insurer",
}

indicator {
  id = "research8.night_called.person_months", name = "時間外の往診があった在宅患者の割合（人・月単位）", unit = "%",
  kind = "outcome", stages = { "急変時の対応" }, decimals = 1,
  definition = "在宅患者訪問診療料が算定された人のうち、同じ月に往診料の夜間・休日加算か深夜加算が算定された人の割合（月ごとの実人数の平均どうしの比）。" .. why,
  caveats = { "訪問看護の時間外の訪問は含まない", notes.kdb, notes.late, notes.candidate }, references = { notes.plan }, tags = { "人・月単位" },
  value = percent(visits:having(night, { match = "month" }):persons():monthly_average(), visits:persons():monthly_average()),
  by = areas.of "insurer",
}

indicator {
  id = "research8.home_care_admitted.person_months", name = "入院のあった在宅患者の割合（人・月単位）", unit = "%",
  kind = "outcome", better = "lower", stages = { "急変時の対応", "日常の療養支援" }, decimals = 1,
  definition = "在宅患者訪問診療料が算定された人のうち、同じ月に入院レセプトのある人の割合（月ごとの実人数の平均どうしの比）。" .. why,
  caveats = { "退院した月に訪問診療が始まった人も数える（入院と訪問診療の前後は分からない）", "予定された入院、家族の休息のための入院を含む", notes.kdb, notes.late, notes.candidate },
  references = { notes.plan }, tags = { "人・月単位" },
  value = percent(visits:having(stays, { match = "month" }):persons():monthly_average(), visits:persons():monthly_average()),
  by = areas.of "insurer",
}
