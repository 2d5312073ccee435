-- indicators/standard/homecare/visit_care.lua
local visits = medical_items { item = codes.visit_care }           -- 在宅患者訪問診療料

indicator {
  id     = "homecare.visit_care.institutions",
  name   = "訪問診療を実施している診療所・病院数",
  stages = { "日常の療養支援" },  kind = "structure",  marked = true,
  unit   = "施設",
  value  = visits:distinct "institution",                          -- 期間内の実施設数
  by     = areas.of "institution",
  rates  = { per(100000, population {}), per(100000, population { age = from(65) }) },
}

indicator {
  id      = "homecare.visit_care.patients",
  name    = "訪問診療を受けた患者数",
  stages  = { "日常の療養支援" },  kind = "process",  marked = true,
  answers = {                                                      -- 上から順に、使えるデータで
    { name = "KDB", unit = "人/月", value = visits:persons():monthly_average(), by = areas.of "insurer",
      note = "国保・後期高齢者のみ" },
    { name = "NDBオープンデータ", unit = "人/年（延べ）", value = ndb_patients { item = codes.visit_care }:sum(),
      by = areas.of "institution" },
  },
  rates   = { per(10000, population { age = from(75) }) },
}
