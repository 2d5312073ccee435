-- SPDX-License-Identifier: MIT
-- 病床と在宅医療の需要: 地域医療構想の資料から
local sources = { "病床機能報告（厚生労働省）", "構想区域の医療需要推計（厚生労働省）" }

local all_beds = beds { ["function"] = codes.bed_function, status = codes.bed_status }

cross_table {
  id         = "beds.by_function",
  title      = "病床数（機能別）",
  stages     = { "地域医療構想" },
  kind       = "structure",
  unit       = "床",
  rows       = { areas.of "institution", dim("病床機能", all_beds.function_name), dim("区分", all_beds.status_name) },
  value      = all_beds:sum(),
  definition = "病床機能報告による病床数の実績、見込量と、地域医療構想の必要数。",
  caveats    = { "病床機能報告と必要数は計算方法が異なり、単純には比べられない",
                 "年により報告率が異なる" },
  references = sources,
}

indicator {
  id         = "beds.chronic",
  name       = "慢性期の病床数（実績）",
  kind       = "structure",
  unit       = "床",
  value      = beds { ["function"] = "chronic", status = "actual" }:sum(),
  by         = areas.of "institution",
  rates      = require("lib.kit").rates,
  definition = "病床機能報告で慢性期と報告された病床の数。",
  caveats    = { "年により報告率が異なる" },
  references = sources,
}

indicator {
  id         = "homecare.demand.home_visit",
  name       = "訪問診療の需要推計",
  stages     = { "日常の療養支援" },
  kind       = "structure",
  unit       = "件/月",
  decimals   = 1,
  value      = home_care_demand { kind = "home_visit" }:sum(),
  by         = areas.of "institution",
  definition = "在宅（訪問診療）のレセプト件数。2024年度は実績、2030年度からは現状の受療率を投影した推計。",
  caveats    = { "受療率が変わらないとした投影である" },
  references = sources,
}

indicator {
  id         = "homecare.demand.growth",
  name       = "訪問診療の需要の増減率（2024年度から）",
  stages     = { "日常の療養支援" },
  kind       = "structure",
  unit       = "%",
  decimals   = 1,
  value      = value_of "homecare.demand.home_visit":growth { since = "FY2024" },
  definition = "訪問診療の需要推計が2024年度に比べて何％増えるか。",
  references = sources,
}
