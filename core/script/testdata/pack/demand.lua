-- 需要側: 制度 × 保険者 × 居住形態 × 重症度 × 要介護度（同じ月の介護レセプト）
local managed = medical_items { item = codes.management_fee }
cross_table {
  id      = "demand.care_level",
  title   = "在宅医療を受けている患者数",
  rows    = { dim("制度", managed.scheme):with_total("合計"), areas.of "insurer",
              dim("居住形態", managed.residence), dim("重症度", managed.severity):with_total("計") },
  columns = { dim("要介護度", care_claims.care_level):same_month():missing("未認定") },
  value   = managed:persons():monthly_average(),
}

-- 歯科のレセプトが届いていなければ、0ではなく未報告
indicator {
  id    = "demand.dental_visit",
  name  = "歯科訪問診療を受けた患者数",
  unit  = "人/月",
  value = medical_items { item = codes.management_fee }:persons():monthly_average()
            :if_delivered(medical_claims { type = "dental" }),
  by    = areas.of "insurer",
}
