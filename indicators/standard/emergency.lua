-- SPDX-License-Identifier: MIT
-- 急変時の対応: 往診
-- 在宅療養支援を担う病院・有床診療所数は daily_care.lua にある（3つの段階に共通）。
local sources = { "別表11 在宅医療の体制構築に係る現状把握のための指標例", "NDBオープンデータ（厚生労働省）" }

local house_call_patients = ndb_patients { item = codes.house_call }
local house_call_items = ndb_items { item = codes.house_call }

indicator {
  id         = "homecare.house_call.patients",
  name       = "往診を受けた患者数",
  stages     = { "急変時の対応" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = house_call_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "往診料のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.house_call.items",
  name       = "往診料の算定回数",
  stages     = { "急変時の対応" },
  kind       = "structure",
  marked     = true,
  substitute_for = "往診を実施している診療所・病院数",
  unit       = "回/年",
  value      = house_call_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "往診料の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標" },
  references = sources,
}

cross_table {
  id         = "homecare.house_call.patients_by_item",
  title      = "往診を受けた患者数（内訳）",
  stages     = { "急変時の対応" },
  kind       = "process",
  unit       = "人/年",
  rows       = { areas.of "institution", dim("往診料", house_call_patients.visit) },
  value      = house_call_patients:sum(),
  definition = "往診料を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.house_call.items_by_item",
  title      = "往診料の算定回数（内訳）",
  stages     = { "急変時の対応" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("往診料", house_call_items.visit) },
  value      = house_call_items:sum(),
  definition = "往診料の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}
