-- SPDX-License-Identifier: MIT
-- 入力の表。place は圏域コードの写しで、圏域と年度が同じ行が2つあれば取り込みのときに誤りとするためにある。
-- どの表も、1行が1つの圏域の1つの年度（末）。圏域の種類は、需要の表に書かれたもの（市町村でも構想区域でもよい）。
local place = { "place", "code", key = true, label = "圏域コード" }
local function persons(name, label) return { name, "decimal", scale = 1, unit = "人/日", label = label } end

facts_table { id = "apportionment_demand", label = "追加的需要の推計（令和7年）", columns = { place,
  persons("c3_below", "C3未満"), persons("category1", "医療区分1の患者数"), persons("regional_gap", "地域差解消分"),
  persons("outpatient", "外来医療で対応する分"), { "document", "text", label = "資料" } } }

facts_table { id = "apportionment_survey", label = "療養病床の転換意向調査", columns = { place,
  persons("medical", "医療療養病床からの移行（見込み量）"), persons("designated", "介護療養型医療施設からの移行（見込み量）"),
  persons("designated_all", "介護療養型医療施設の全数"), { "document", "text", label = "資料" } } }

facts_table { id = "apportionment_ratios", label = "在宅医療と介護施設の利用者（按分の資料）", columns = {
  { "data", "code", key = true, label = "データ" }, { "home", "decimal", scale = 1, unit = "人", label = "在宅医療" },
  { "facility", "decimal", scale = 1, unit = "人", label = "介護施設" }, { "document", "text", label = "資料" } } }

facts_table { id = "apportionment_choice", label = "按分に使うデータ", columns = { place,
  { "data", "code", label = "データ" }, { "reason", "text", label = "理由" } } }

facts_table { id = "apportionment_agreed", label = "協議の場で決めた値", columns = {
  { "item", "code", key = true, label = "区分" }, persons("value", "決めた値"),
  { "reason", "text", label = "理由" }, { "meeting", "text", label = "協議の場" } } }

facts_table { id = "apportionment_plans", label = "両計画に設定した値", columns = {
  { "item", "code", key = true, label = "区分" }, persons("value", "目標・見込み量"),
  { "document", "text", label = "計画とページ" } } }

facts_table { id = "apportionment_actual", label = "期末の実績", columns = {
  { "item", "code", key = true, label = "区分" }, persons("value", "実績"), { "document", "text", label = "資料" } } }

facts_table { id = "apportionment_ceiling", label = "上乗せの上限（★）", columns = {
  { "item", "code", key = true, label = "区分" }, persons("value", "上限"), { "reason", "text", label = "理由" } } }
