-- SPDX-License-Identifier: MIT
-- 看取り: 在宅ターミナルケア、看取り、死亡診断
-- NDBオープンデータには医療機関の数がない。医療機関数の指標（ストラクチャー）は、算定回数を代わりに用い、
-- substitute_for にもとの指標を書く。
local sources = { "別表11 在宅医療の体制構築に係る現状把握のための指標例", "NDBオープンデータ（厚生労働省）" }

local terminal_care_patients = ndb_patients { item = codes.terminal_care }
local terminal_care_items = ndb_items { item = codes.terminal_care }

indicator {
  id         = "homecare.terminal_care.patients",
  name       = "在宅ターミナルケアを受けた患者数",
  stages     = { "看取り" },
  kind       = "process",
  marked     = true,
  unit       = "人/年（延べ）",
  value      = terminal_care_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅ターミナルケア加算のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.terminal_care.items",
  name       = "在宅ターミナルケア加算の算定回数",
  stages     = { "看取り" },
  kind       = "structure",
  marked     = true,
  obligation = "where_possible",
  substitute_for = "在宅看取り（ターミナルケア）を実施している診療所・病院数",
  unit       = "回/年",
  value      = terminal_care_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "在宅ターミナルケア加算の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "実施している医療機関の数ではなく算定回数による代わりの指標" },
  references = sources,
}

cross_table {
  id         = "homecare.terminal_care.patients_by_item",
  title      = "在宅ターミナルケアを受けた患者数（内訳）",
  stages     = { "看取り" },
  kind       = "process",
  unit       = "人/年（延べ）",
  rows       = { areas.of "institution", dim("訪問の種類", terminal_care_patients.place) },
  value      = terminal_care_patients:sum(),
  definition = "在宅ターミナルケア加算を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.terminal_care.items_by_item",
  title      = "在宅ターミナルケア加算の算定回数（内訳）",
  stages     = { "看取り" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("訪問の種類", terminal_care_items.place) },
  value      = terminal_care_items:sum(),
  definition = "在宅ターミナルケア加算の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local attended_death_patients = ndb_patients { item = codes.attended_death }
local attended_death_items = ndb_items { item = codes.attended_death }

indicator {
  id         = "homecare.attended_death.patients",
  name       = "看取り加算を算定された患者数",
  stages     = { "看取り" },
  kind       = "process",
  marked     = true,
  unit       = "人/年（延べ）",
  value      = attended_death_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "看取り加算のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.attended_death.items",
  name       = "看取り加算の算定回数",
  stages     = { "看取り" },
  kind       = "process",
  unit       = "回/年",
  value      = attended_death_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "看取り加算の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

local death_certified_patients = ndb_patients { item = codes.death_certified }
local death_certified_items = ndb_items { item = codes.death_certified }

indicator {
  id         = "homecare.death_certified.patients",
  name       = "死亡診断加算を算定された患者数",
  stages     = { "看取り" },
  kind       = "process",
  marked     = true,
  unit       = "人/年（延べ）",
  value      = death_certified_patients:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "死亡診断加算のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。",
  caveats    = { "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

indicator {
  id         = "homecare.death_certified.items",
  name       = "死亡診断加算の算定回数",
  stages     = { "看取り" },
  kind       = "process",
  unit       = "回/年",
  value      = death_certified_items:sum("value", { masked = "partial" }),
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "死亡診断加算の年間の算定回数。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.death_certified.patients_by_item",
  title      = "死亡診断加算を算定された患者数（内訳）",
  stages     = { "看取り" },
  kind       = "process",
  unit       = "人/年",
  rows       = { areas.of "institution", dim("加算される診療料", death_certified_patients.place) },
  value      = death_certified_patients:sum(),
  definition = "死亡診断加算を算定された患者の年間の数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "同じ患者がコードごとに数えられるため、足した値は延べである",
                 "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

cross_table {
  id         = "homecare.death_certified.items_by_item",
  title      = "死亡診断加算の算定回数（内訳）",
  stages     = { "看取り" },
  kind       = "process",
  unit       = "回/年",
  rows       = { areas.of "institution", dim("加算される診療料", death_certified_items.place) },
  value      = death_certified_items:sum(),
  definition = "死亡診断加算の年間の算定回数の内訳。",
  caveats    = { "10未満は秘匿されている（*）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない" },
  references = sources,
}

-- 看取り数（死亡診断のみの場合を含む）: 看取り加算と死亡診断加算は同じ死亡に一緒には算定されない。
indicator {
  id         = "homecare.deaths_at_home.items",
  name       = "看取り数（死亡診断のみの場合を含む）",
  stages     = { "看取り" },
  kind       = "process",
  marked     = true,
  unit       = "回/年",
  value      = total { attended_death_items:sum("value", { masked = "partial" }), death_certified_items:sum("value", { masked = "partial" }) },
  by         = areas.of "institution",
  rates      = { per(1000, population { age = from(75) }), per(100000, population { age = from(65) }),
                 per(100000, population {}) },
  definition = "看取り加算と死亡診断加算の年間の算定回数の合計。",
  caveats    = { "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
                 "医療機関の所在地で集計した値で、患者の住所地ではない",
                 "どちらも1人に1回の加算なので、回数は人数にあたる" },
  references = sources,
}
