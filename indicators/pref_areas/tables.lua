-- SPDX-License-Identifier: MIT
-- 圏域ごとの、取組を実施している医療機関・事業所の数（県の調査や届出から）
facts_table { id = "area_activities", label = "圏域ごとの取組", columns = {
  { "activity", "code", key = true, label = "取組" },
  { "institutions", "int", unit = "施設", label = "実施している施設数" },
} }
