-- SPDX-License-Identifier: MIT
-- 病床と需要の例。数値は架空
example "病床数は機能と区分で分け、見込量を実績に足さない" {
  period = "FY2025",
  given  = {
    beds = {
      { area = "2901", ["function"] = "chronic", status = "actual", value = 400 },
      { area = "2901", ["function"] = "chronic", status = "required", value = 300 },
      { area = "2901", ["function"] = "acute", status = "actual", value = 900 },
      { area = "2902", ["function"] = "chronic", status = "actual", value = "masked" },
    },
  },
  expect = {
    ["beds.chronic"] = { ["2901"] = 400, ["2902"] = "masked" },
    ["beds.by_function"] = {
      { area = "2901", dimensions = "病床機能=慢性期;区分=必要数", value = 300 },
      { area = "2901", dimensions = "病床機能=急性期;区分=実績", value = 900 },
    },
  },
}

example "需要推計と2024年度からの増減率" {
  period = "FY2030",
  given  = {
    home_care_demand = {
      { area = "2901", kind = "home_visit", period = "FY2024", value = 200.5 },
      { area = "2901", kind = "home_visit", period = "FY2030", value = 240.6 },
      { area = "2901", kind = "outpatient", period = "FY2030", value = 9999 },
    },
  },
  expect = {
    ["homecare.demand.home_visit"] = {
      { area = "2901", value = 240.6 },
    },
    ["homecare.demand.growth"] = {
      { area = "2901", value = 20 },
    },
  },
}
