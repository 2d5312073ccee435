-- SPDX-License-Identifier: MIT
-- 退院支援: 入院から在宅療養への移行
-- NDBオープンデータには医療機関の数がない。医療機関数の指標（ストラクチャー）は、算定回数を代わりに用い、
-- substitute_for にもとの指標を書く。
local sources = { "別表11 在宅医療の体制構築に係る現状把握のための指標例", "NDBオープンデータ（厚生労働省）" }

local discharge_support_patients = ndb_patients { item = codes.discharge_support }
local discharge_support_items = ndb_items { item = codes.discharge_support }

indicator {
  id         = "homecare.discharge_support.patients",
  name       = "退院支援（退院調整）を受けた患者数",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = discharge_support_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "入退院支援加算1・2・3のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.discharge_support.items",
  name       = "入退院支援加算の算定回数",
  stages     = { "退院支援" },
  kind       = "structure",
  marked     = true,
  substitute_for = "退院支援を実施している診療所・病院数",
  unit       = "回/年",
  value      = discharge_support_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "入退院支援加算1・2・3の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標" },
  references = sources,
}

cross_table {
  id         = "homecare.discharge_support.patients_by_item",
  title      = "退院支援（退院調整）を受けた患者数（内訳）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "人/年",
  rows       = { areas.of "institution", dim("加算", discharge_support_patients.support) },
  value      = discharge_support_patients:sum(),
  definition = "入退院支援加算1・2・3を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.discharge_support.items_by_item",
  title      = "入退院支援加算の算定回数（内訳）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("加算", discharge_support_items.support) },
  value      = discharge_support_items:sum(),
  definition = "入退院支援加算1・2・3の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local care_link_patients = ndb_patients { item = codes.care_link }
local care_link_items = ndb_items { item = codes.care_link }

indicator {
  id         = "homecare.care_link.patients",
  name       = "介護支援連携指導を受けた患者数",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "人/年",
  value      = care_link_patients:sum(),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "介護支援等連携指導料を算定された患者の年間の数。",
  caveats    = { "10未満は秘匿されている（*）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.care_link.items",
  name       = "介護支援等連携指導料の算定回数",
  stages     = { "退院支援" },
  kind       = "structure",
  substitute_for = "介護支援連携指導を実施している診療所・病院数",
  unit       = "回/年",
  value      = care_link_items:sum(),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "介護支援等連携指導料の年間の算定回数。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標" },
  references = sources,
}

local joint_guidance_1_patients = ndb_patients { item = codes.joint_guidance_1 }
local joint_guidance_1_items = ndb_items { item = codes.joint_guidance_1 }

indicator {
  id         = "homecare.joint_guidance_1.patients",
  name       = "退院時共同指導を受けた患者数（在宅側、退院時共同指導料1）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = joint_guidance_1_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "退院時共同指導料1のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.joint_guidance_1.items",
  name       = "退院時共同指導料1の算定回数",
  stages     = { "退院支援" },
  kind       = "structure",
  substitute_for = "退院時共同指導を実施している診療所・病院数",
  unit       = "回/年",
  value      = joint_guidance_1_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "退院時共同指導料1の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標" },
  references = sources,
}

cross_table {
  id         = "homecare.joint_guidance_1.patients_by_item",
  title      = "退院時共同指導を受けた患者数（在宅側、退院時共同指導料1）（内訳）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "人/年",
  rows       = { areas.of "institution", dim("医療機関", joint_guidance_1_patients.place) },
  value      = joint_guidance_1_patients:sum(),
  definition = "退院時共同指導料1を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.joint_guidance_1.items_by_item",
  title      = "退院時共同指導料1の算定回数（内訳）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("医療機関", joint_guidance_1_items.place) },
  value      = joint_guidance_1_items:sum(),
  definition = "退院時共同指導料1の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local joint_guidance_2_patients = ndb_patients { item = codes.joint_guidance_2 }
local joint_guidance_2_items = ndb_items { item = codes.joint_guidance_2 }

indicator {
  id         = "homecare.joint_guidance_2.patients",
  name       = "退院時共同指導を受けた患者数（入院側、退院時共同指導料2）",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = joint_guidance_2_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "退院時共同指導料2のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "外来と入院の集計を足している" },
  references = sources,
}

indicator {
  id         = "homecare.joint_guidance_2.items",
  name       = "退院時共同指導料2の算定回数",
  stages     = { "退院支援" },
  kind       = "structure",
  substitute_for = "退院時共同指導を実施している診療所・病院数",
  unit       = "回/年",
  value      = joint_guidance_2_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "退院時共同指導料2の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標",
                 "外来と入院の集計を足している" },
  references = sources,
}

local post_discharge_visit_patients = ndb_patients { item = codes.post_discharge_visit }
local post_discharge_visit_items = ndb_items { item = codes.post_discharge_visit }

indicator {
  id         = "homecare.post_discharge_visit.patients",
  name       = "退院後訪問指導料を受けた患者数",
  stages     = { "退院支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = post_discharge_visit_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "退院後訪問指導料のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "外来と入院の集計を足している" },
  references = sources,
}

indicator {
  id         = "homecare.post_discharge_visit.items",
  name       = "退院後訪問指導料の算定回数",
  stages     = { "退院支援" },
  kind       = "structure",
  substitute_for = "退院後訪問指導を実施している診療所・病院数",
  unit       = "回/年",
  value      = post_discharge_visit_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "退院後訪問指導料の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標",
                 "外来と入院の集計を足している" },
  references = sources,
}
