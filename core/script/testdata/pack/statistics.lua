-- 信頼区間、標準化、比較（試験用）
local visits = medical_items { item = codes.visit_care }
local rate = visits:persons():per(10000, population { age = from(75), sex = "female" })

indicator { id = "stat.patients", name = "訪問診療を受けた患者数", unit = "人", better = "higher",
  value = visits:persons(), by = areas.of "insurer", limits = { 95, 99.8 },
  rates = { per(10000, population {}) } }
indicator { id = "stat.share", name = "訪問診療のある患者の割合", unit = "%",
  value = percent(visits:persons(), medical_claims {}:persons()), by = areas.of "insurer",
  limits = { 95, method = "wilson" } }
indicator { id = "stat.days", name = "平均診療日数", unit = "日", limits = 95,
  value = medical_claims { setting = "inpatient" }:mean "days", by = areas.of "insurer" }
indicator { id = "stat.direct", name = "年齢調整率", unit = "人口10万対", limits = 95,
  value = directly_standardised { rows = visits, standard = "japan_2015", per = 100000 },
  by = areas.of "insurer" }
indicator { id = "stat.own_standard", name = "年齢調整率（独自の基準人口）", unit = "人口千対",
  value = directly_standardised { rows = visits, count = "claims", per = 1000, sex = "female", year = "same",
    standard = { label = "県の人口", { from = 0, to = 64, persons = 900 }, { from = 65, persons = 100 } } },
  by = areas.of "insurer" }
indicator { id = "stat.indirect", name = "標準化比", unit = "（県=100）", limits = 95,
  value = indirectly_standardised { rows = visits, with = areas.all "prefecture", ages = { 0, 65, 75 } },
  by = areas.of "insurer" }
indicator { id = "stat.reference", name = "標準化比（率の表）", unit = "（基準=1000）",
  value = indirectly_standardised { rows = visits, factor = 1000, reference = {
    { from = 0, to = 74, events = 10, population = 1000 }, { from = 75, events = 90, population = 500 } } },
  by = areas.of "insurer" }
indicator { id = "stat.scr", name = "SCR", unit = "（全国=100）", by = areas.of "institution",
  value = indirectly_standardised { rows = ndb_items { item = codes.visit_care }, with = areas.all "nation", sex = "female" } }
indicator { id = "stat.compare", name = "県との比較", unit = "判定", by = areas.of "insurer",
  value = rate:compare { with = areas.all "prefecture", levels = { 95, 99.8 }, better = "higher" } }
indicator { id = "stat.funnel", name = "管理限界", unit = "人口1万対", by = areas.of "insurer",
  value = rate:funnel { with = areas.all "prefecture" } }
indicator { id = "stat.trend", name = "推移", unit = "判定", by = areas.of "insurer",
  value = rate:trend { level = 95 } }
indicator { id = "stat.quintile", name = "五分位", unit = "組", by = areas.of "insurer",
  value = rate:quantile { groups = 5, within = "prefecture" } }
