-- どの書き方も一度ずつ
local items = medical_items { item = codes.visit_care, quantity = between(1, 5), setting = except "outpatient" }
local others = union(items, medical_items { item = except(codes.home_care), institution = missing() })
local a, b = others:persons(), items:sum("quantity", { masked = "partial" })

indicator { id = "all.ratio", by = areas.of "insurer", name = "比", unit = "回/人", value = ratio(b, a, { factor = 2 }) }
indicator { id = "all.percent", by = areas.of "insurer", name = "割合", unit = "%", value = percent(items:claims(), others:claims()) }
indicator { id = "all.total", by = areas.of "insurer", name = "合計", unit = "人", value = total { a, items:earliest():rows(), items:latest():rows() } }
indicator { id = "all.difference", by = areas.of "insurer", name = "差", unit = "人", value = difference(a, value_of "homecare.visit_care.patients") }
indicator { id = "all.choices", name = "選択", unit = "人",
  value = choose { { since "FY2023", highest(value_of "all.total", 0.5) },
                   { lowest { value_of "all.total", 3 }, first_of(value_of "all.total", 1) },
                   7 }:rounded { digits = 1, how = "up" } }
indicator { id = "all.elsewhere", name = "ほかの期間と地域", unit = "人",
  value = value_of("all.total"):interpolate { from = "FY2017", to = "FY2025", start = 0 }
    :each_area(areas.all "secondary", { above = "none" }):earlier { years = 3 }:most_recent() }
indicator { id = "all.growth", name = "増減率", unit = "%", value = value_of("all.total"):growth { since = "FY2017" } }
indicator { id = "all.rank", name = "順位", unit = "位", value = value_of("all.total"):rank { ties = "dense", within = areas.all "prefecture" } }
indicator { id = "all.half", name = "上位5割", unit = "該当", value = value_of("all.total"):top_half { order = "ascending" } }
indicator { id = "all.windows", by = areas.of "insurer", name = "窓", unit = "人", value = items
  :not_followed_by(care_claims, months(0, 1)):preceded_by(items, months(1, 2))
  :not_preceded_by(items, months(3, 3)):lacking(care_claims {}, { match = "person" })
  :where { item = codes.management_fee }:where { residence = "居宅", ["sex"] = { "female" } }:persons(),
  rates = per(1000, population { age = between(65, 74), sex = "female", year = "same" }) }

local weight = 0.5
local function halve(x) return x * weight end
indicator { id = "all.compute", name = "計算", unit = "点", decimals = 2,
  value = compute {
    values = { need = value_of "all.total", supply = value_of "all.ratio" },
    fn = function(v)
      if v.supply > 0 then return halve(v.need) / v.supply end
    end,
  } }

each_person { id = "all.each", name = "1人ずつ", unit = "人", by = areas.of "insurer",
  needs = { medical_claims { setting = "inpatient" }, visits = items },
  count = function(person)
    local stay = person:first "medical_claims"
    if stay and person:any("visits", stay.month, months(0, 1)) then return stay.month end
  end,
}
each_person { id = "all.each_sum", name = "1人ずつの合計", unit = "回", by = areas.of "insurer", needs = { items },
  sum = function(person)
    local row = person:last "medical_items"
    if row then return row.month, row.quantity or 0 end
  end,
}
