-- SPDX-License-Identifier: MIT
-- 日常の療養支援: 訪問診療、訪問看護、歯科、薬剤
-- NDBオープンデータには医療機関の数がない。医療機関数の指標（ストラクチャー）は、算定回数を代わりに用い、
-- substitute_for にもとの指標を書く。
local sources = { "別表11 在宅医療の体制構築に係る現状把握のための指標例", "NDBオープンデータ（厚生労働省）" }

-- 患者数は、主なコード1つで見るもの（延べにならない）と、全コードの延べの2つを置く。
local visit_care_main = ndb_patients { item = codes.visit_care_main }

indicator {
  id         = "homecare.visit_care.patients",
  name       = "訪問診療を受けた患者数（同一建物居住者以外）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  marked     = true,
  unit       = "人/年",
  value      = visit_care_main:sum(),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅患者訪問診療料（1）1のうち同一建物居住者以外の場合（114001110）を算定された患者の年間の数。",
  caveats    = { "訪問診療を受けた患者のうち、1つのコードの患者である",
                 "10未満は秘匿されている（*）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local visit_care_patients = ndb_patients { item = codes.visit_care }
local visit_care_items = ndb_items { item = codes.visit_care }

indicator {
  id         = "homecare.visit_care.patients_all",
  name       = "訪問診療を受けた患者数（全コードの延べ）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = visit_care_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅患者訪問診療料のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.visit_care.items",
  name       = "在宅患者訪問診療料の算定回数",
  stages     = { "日常の療養支援" },
  kind       = "structure",
  marked     = true,
  obligation = "must",
  substitute_for = "訪問診療を実施している診療所・病院数",
  unit       = "回/年",
  value      = visit_care_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅患者訪問診療料の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標" },
  references = sources,
}

cross_table {
  id         = "homecare.visit_care.patients_by_item",
  title      = "訪問診療を受けた患者数（全コードの延べ）（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年",
  rows       = { areas.of "institution", dim("訪問診療料", visit_care_patients.visit) },
  value      = visit_care_patients:sum(),
  definition = "在宅患者訪問診療料を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.visit_care.items_by_item",
  title      = "在宅患者訪問診療料の算定回数（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("訪問診療料", visit_care_items.visit) },
  value      = visit_care_items:sum(),
  definition = "在宅患者訪問診療料の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local dental_visit_patients = ndb_patients { item = codes.dental_visit }
local dental_visit_items = ndb_items { item = codes.dental_visit }

indicator {
  id         = "homecare.dental_visit.patients",
  name       = "訪問歯科診療を受けた患者数",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = dental_visit_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "歯科訪問診療料のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.dental_visit.items",
  name       = "歯科訪問診療料の算定回数",
  stages     = { "日常の療養支援" },
  kind       = "structure",
  obligation = "where_possible",
  substitute_for = "歯科訪問診療を実施している診療所・病院数",
  unit       = "回/年",
  value      = dental_visit_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "歯科訪問診療料の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標" },
  references = sources,
}

cross_table {
  id         = "homecare.dental_visit.patients_by_item",
  title      = "訪問歯科診療を受けた患者数（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年",
  rows       = { areas.of "institution", dim("歯科訪問診療料", dental_visit_patients.visit) },
  value      = dental_visit_patients:sum(),
  definition = "歯科訪問診療料を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.dental_visit.items_by_item",
  title      = "歯科訪問診療料の算定回数（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("歯科訪問診療料", dental_visit_items.visit) },
  value      = dental_visit_items:sum(),
  definition = "歯科訪問診療料の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local nurse_visit_patients = ndb_patients { item = codes.nurse_visit }
local nurse_visit_items = ndb_items { item = codes.nurse_visit }

indicator {
  id         = "homecare.nurse_visit.patients",
  name       = "医療機関の訪問看護を受けた患者数",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = nurse_visit_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅患者訪問看護・指導料と同一建物居住者訪問看護・指導料のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "医療機関が行う訪問看護だけで、訪問看護ステーションの訪問看護（医療保険・介護保険）は含まない" },
  references = sources,
}

indicator {
  id         = "homecare.nurse_visit.items",
  name       = "在宅患者訪問看護・指導料の算定回数",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "回/年",
  value      = nurse_visit_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅患者訪問看護・指導料と同一建物居住者訪問看護・指導料の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "医療機関が行う訪問看護だけで、訪問看護ステーションの訪問看護（医療保険・介護保険）は含まない" },
  references = sources,
}

cross_table {
  id         = "homecare.nurse_visit.patients_by_item",
  title      = "医療機関の訪問看護を受けた患者数（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  rows       = { areas.of "institution", dim("居住", nurse_visit_patients.place) },
  value      = nurse_visit_patients:sum(),
  definition = "在宅患者訪問看護・指導料と同一建物居住者訪問看護・指導料を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.nurse_visit.items_by_item",
  title      = "在宅患者訪問看護・指導料の算定回数（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("居住", nurse_visit_items.place) },
  value      = nurse_visit_items:sum(),
  definition = "在宅患者訪問看護・指導料と同一建物居住者訪問看護・指導料の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local pharmacist_visit_patients = ndb_patients { item = codes.pharmacist_visit }
local pharmacist_visit_items = ndb_items { item = codes.pharmacist_visit }

indicator {
  id         = "homecare.pharmacist_visit.patients",
  name       = "訪問薬剤管理指導を受けた者の数（医療機関の分）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年（延べ）",
  value      = pharmacist_visit_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅患者訪問薬剤管理指導料のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "医療機関の薬剤師の分だけで、大部分を占める薬局の分は含まない" },
  references = sources,
}

indicator {
  id         = "homecare.pharmacist_visit.items",
  name       = "在宅患者訪問薬剤管理指導料の算定回数（医療機関の分）",
  stages     = { "日常の療養支援" },
  kind       = "structure",
  obligation = "where_possible",
  substitute_for = "訪問薬剤指導を実施する薬局・診療所・病院数",
  unit       = "回/年",
  value      = pharmacist_visit_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅患者訪問薬剤管理指導料の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標",
                 "医療機関の薬剤師の分だけで、大部分を占める薬局の分は含まない" },
  references = sources,
}

cross_table {
  id         = "homecare.pharmacist_visit.patients_by_item",
  title      = "訪問薬剤管理指導を受けた者の数（医療機関の分）（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "人/年",
  rows       = { areas.of "institution", dim("人数", pharmacist_visit_patients.visit) },
  value      = pharmacist_visit_patients:sum(),
  definition = "在宅患者訪問薬剤管理指導料を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.pharmacist_visit.items_by_item",
  title      = "在宅患者訪問薬剤管理指導料の算定回数（医療機関の分）（内訳）",
  stages     = { "日常の療養支援" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("人数", pharmacist_visit_items.visit) },
  value      = pharmacist_visit_items:sum(),
  definition = "在宅患者訪問薬剤管理指導料の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

-- 病床機能報告は病院と有床診療所だけが対象なので、無床の在宅療養支援診療所は数えられない。
local with_support = bed_institutions { home_care_support = true }

indicator {
  id         = "homecare.support.institutions",
  name       = "在宅療養支援を担う病院・有床診療所数",
  stages     = { "日常の療養支援", "急変時の対応", "看取り" },
  kind       = "structure",
  obligation = "where_possible",
  substitute_for = "在宅療養支援診療所・病院数",
  unit       = "施設",
  value      = with_support:distinct "institution",
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "病床機能報告で在宅療養支援の機能があると報告した病院・有床診療所の数。",
  caveats    = { "病床のある医療機関だけで、無床の在宅療養支援診療所は含まない",
                 "未報告の医療機関があり得る" },
  references = { "病床機能報告（厚生労働省）" },
}
