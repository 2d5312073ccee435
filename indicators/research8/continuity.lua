-- 継続性: 訪問診療の何割を、主な医療機関が担ったか
-- パラメーター: fewest = 年度に何回以上訪問された人を見るか。単位は2通り（人: 1人の割合の平均。訪問: 訪問の合計の割合）
local visits = medical_items { item = codes.visit_care }
local notes = require "lib.notes"
local why = "ねらい：同じ医療機関が続けて診ることは、急変時の判断や看取りの支えになると考えられる。"
local fewest = 4

local year = person_rows {
  needs   = { visits = visits },
  columns = { all = "int", main = "int", share = "decimal" },
  rows    = function(person)
    local list, years, by_year = {}, {}, {}
    for row in person:rows "visits" do
      if row.institution and row.quantity and row.quantity > 0 then
        local key = row.month.fiscal_year
        if not by_year[key] then
          by_year[key] = { month = row.month, all = 0, of = {} }
          years[#years + 1] = key
        end
        local y = by_year[key]
        y.all = y.all + row.quantity
        y.of[row.institution] = (y.of[row.institution] or 0) + row.quantity
      end
    end
    for _, key in ipairs(years) do
      local y, main = by_year[key], 0
      for _, count in pairs(y.of) do main = math.max(main, count) end
      if y.all >= fewest then
        list[#list + 1] = { y.month, all = y.all, main = main, share = 100 * main / y.all }
      end
    end
    return list
  end,
}

local rule = "年度に在宅患者訪問診療料の算定が" .. fewest .. "回以上ある人について、その年度で最も多く算定した医療機関の回数が全体に占める割合（主な医療機関の割合）。年度の最初の訪問の月に数えるので、期間は年度にする。"
local caveats = { "在宅療養支援診療所どうしの計画的な連携・分担でも低くなる", "転居や医療機関の閉鎖による交代を区別しない", "往診と訪問看護は含まない", notes.kdb, notes.late, notes.candidate }
local references = { "Breslau N, Reeb KG. Continuity of care in a university-based practice. J Med Educ 1975;50:965-9 (usual provider continuity)", notes.plan }

indicator {
  id = "research8.continuity.persons", name = "主な医療機関による訪問診療の割合（人単位の平均）", unit = "%",
  kind = "outcome", better = "higher", stages = { "日常の療養支援" }, limits = 95, decimals = 1,
  definition = rule .. "1人ずつの割合の平均（人単位）。" .. why, caveats = caveats, references = references, tags = { "人単位" },
  value = year:mean "share", by = areas.of "insurer",
}

indicator {
  id = "research8.continuity.visits", name = "主な医療機関による訪問診療の割合（訪問単位）", unit = "%",
  kind = "outcome", better = "higher", stages = { "日常の療養支援" }, decimals = 1,
  definition = rule .. "主な医療機関の訪問の合計を、すべての訪問の合計で割る（訪問単位。訪問の多い人ほど重い）。" .. why,
  caveats = caveats, references = references, tags = { "訪問単位" },
  value = percent(year:sum "main", year:sum "all"), by = areas.of "insurer",
}
