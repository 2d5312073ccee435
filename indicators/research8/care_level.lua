-- 要介護度の変化: 訪問診療を受けた人の、1年後の要介護度
-- パラメーター: later = 何か月後を見るか。単位は人（年度に最初に訪問診療を受けた月の要介護度から）
local visits = medical_items { item = codes.visit_care }
local claims = medical_claims {}
local care   = care_claims {}
local notes = require "lib.notes"
local why = "ねらい：在宅医療・介護の連携のもとで、状態の維持・改善がどれほどあるかを見る。"
local later  = 12

local function label(code)
  if code == "06" then return "0 事業対象者" end
  if code == "12" then return "1 要支援1" end
  if code == "13" then return "2 要支援2" end
  if code == "21" then return "3 要介護1" end
  if code == "22" then return "4 要介護2" end
  if code == "23" then return "5 要介護3" end
  if code == "24" then return "6 要介護4" end
  if code == "25" then return "7 要介護5" end
end

-- 月の要介護度。2つあれば高いほう（コードの順は重さの順）
local function level_in(person, month)
  local level
  for row in person:rows "care" do
    if row.month == month and row.care_level and (not level or row.care_level > level) then level = row.care_level end
  end
  return level
end

local shifts = person_rows {
  needs   = { visits = visits, claims = claims, care = care },
  reads   = { "outcome" },
  columns = {
    from   = { "0 事業対象者", "1 要支援1", "2 要支援2", "3 要介護1", "4 要介護2", "5 要介護3", "6 要介護4", "7 要介護5" },
    into   = { "0 事業対象者", "1 要支援1", "2 要支援2", "3 要介護1", "4 要介護2", "5 要介護3", "6 要介護4", "7 要介護5", "8 死亡", "9 利用なし・不明" },
    change = { "改善", "維持", "悪化" },
  },
  rows    = function(person)
    local list, seen = {}, nil
    for row in person:rows "visits" do
      local start = row.month
      local level = start.fiscal_year ~= seen and level_in(person, start)
      if level and label(level) then
        seen = start.fiscal_year
        person:any("care", start, months(later, later))
        local after, died = level_in(person, start + later), false
        for claim in person:rows "claims" do
          died = died or (claim.outcome == "death" and claim.month >= start and claim.month <= start + later)
        end
        local known = not died and after and label(after)
        list[#list + 1] = { start, from = label(level), into = died and "8 死亡" or known or "9 利用なし・不明",
          change = known and (after < level and "改善" or after == level and "維持" or "悪化") or nil }
      end
    end
    return list
  end,
}
local known = shifts:where { change = { "改善", "維持", "悪化" } }

local rule = "年度の中で、在宅患者訪問診療料と要介護度の分かる介護レセプトが同じ月にある最初の月を始まりとし、" .. later .. "か月後の月の介護レセプトの要介護度（2つあれば高いほう）と比べる。1人は年度に一度（人単位）。"
local caveats = { "要介護認定の有効期間は3～48か月で、それごとに見直されるので、1年後に同じでも状態が同じとは限らない", "12か月後に介護レセプトのない人（認定の失効、入院、転出、番号が結び付かない）は「利用なし・不明」", notes.death, "要介護5は悪化しえず、事業対象者は改善しえない", notes.kdb, notes.late, notes.candidate }

cross_table {
  id = "research8.care_level_shift.persons", title = "訪問診療を受けた人の1年後の要介護度（人単位）", unit = "人",
  kind = "outcome", stages = { "日常の療養支援" }, definition = rule .. why, caveats = caveats, references = { notes.plan }, tags = { "人単位" },
  rows = { areas.of "insurer", dim("始まりの要介護度", shifts.from):with_total("計") },
  columns = { dim("12か月後", shifts["into"]):with_total("計") }, value = shifts:persons(),
}

indicator {
  id = "research8.care_level_kept.persons", name = "1年後の要介護度が維持・改善した人の割合（人単位）", unit = "%",
  kind = "outcome", better = "higher", stages = { "日常の療養支援" }, limits = { 95, method = "wilson" }, decimals = 1,
  definition = rule .. "1年後の要介護度の分かる人のうち、同じか軽い人の割合。" .. why, caveats = caveats, references = { notes.plan }, tags = { "人単位" },
  value = percent(shifts:where { change = { "改善", "維持" } }:persons(), known:persons()), by = areas.of "insurer",
}
