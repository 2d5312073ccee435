-- SPDX-License-Identifier: MIT
example "群馬県: 漏れ率は、連絡のなかった件数の割合" {
  given  = { coordination_survey = { { area = "10201", occasion = "退院", cases = 40, contacted = 30 }, { area = "10202", occasion = "退院", cases = 60, contacted = 60 } } },
  expect = { ["gunma.discharge_leak.rate"] = { ["10"] = 10, ["10201"] = 25, ["10202"] = 0 } },
}
example "滋賀県: 入院と退院の件数を合わせて割る。未報告の市があれば県も未報告" {
  given  = { coordination_survey = {
    { area = "25201", occasion = "入院", cases = 10, contacted = 5 }, { area = "25201", occasion = "退院", cases = 30, contacted = 25 },
    { area = "25202", occasion = "退院", cases = "unreported", contacted = "unreported" } } },
  expect = { ["shiga.hospital_care_manager.rate"] = { ["25201"] = 75, ["25"] = "unreported" } },
}
example "佐賀県: ほかの加算は数えない" {
  given  = { care_additions = { { area = "41201", addition = "入院時情報連携加算", cases = 7 }, { area = "41201", addition = "退院・退所加算", cases = 5 } } },
  expect = { ["saga.admission_information.cases"] = { ["41"] = 7 } },
}
