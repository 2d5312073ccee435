-- 研究: 演算子で書けない測り方（1人ずつ、その人の時系列だけを見る純粋な関数）
local inpatient = medical_claims { setting = "inpatient" }
local visits    = medical_items { item = codes.home_visit }

-- レセプトは月単位なので、翌月に入院があれば退院していない。再入院は2か月後から数える
local soon = months(2, 3)

each_person {
  id         = "research.bounce_back",
  name       = "退院後、訪問診療のないまま再入院した人",
  unit       = "人",
  kind       = "outcome",
  better     = "lower",
  definition = "退院した月とその翌月に訪問診療がなく、退院の2～3か月後に再び入院した人（退院した月に数える）",
  needs      = { inpatient, visits },
  by         = areas.of "insurer",
  count      = function(person)
    local found = {}
    for stay in person:stays() do
      local left = stay.discharged
      if left and not person:any("medical_items", left, months(0, 1)) and person:readmitted(left, soon) then
        found[#found + 1] = left
      end
    end
    return found
  end,
}

-- 退院した月から、初めての訪問診療までの月数の合計（退院した月に足す）
each_person {
  id    = "research.months_to_visit",
  name  = "退院から初めての訪問診療までの月数（合計）",
  unit  = "月",
  kind  = "process",
  needs = { inpatient, visits },
  by    = areas.of "insurer",
  sum   = function(person)
    local first = person:first "medical_items"
    if not first then return end
    local left
    for stay in person:stays() do
      if stay.discharged and stay.discharged <= first.month then left = stay.discharged end
    end
    if left then return left, first.month - left end
  end,
}
