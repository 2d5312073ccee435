-- SPDX-License-Identifier: MIT
-- 追加的需要の按分を動かすプロジェクトの見本。県も圏域も数値も架空。
-- 使い方: shihyo import && shihyo run --period 令和2年度 --period 令和5年度 --pack apportionment
--         shihyo explain apportionment.result.home --area 2991 --period 令和5年度
local area = { { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" },
               { name = "period", from = "年度" } }
local item = { name = "item", from = "区分", label = "区分", key = true }
local items = { item = { ["①療養病床からの移行"] = "conversion", ["②その他の介護施設"] = "facility", ["③在宅医療"] = "home" } }
local data = { data = { ["KDB"] = "kdb", ["病床機能報告"] = "bed_report", ["患者調査"] = "patient_survey", ["独自の調査"] = "own" } }
local sets = { ["市町村"] = "municipality", ["二次医療圏"] = "secondary", ["構想区域"] = "vision" }
local function persons(name, label) return { name = name, from = label, label = label, type = "decimal", scale = 1, unit = "人/日" } end
local place = { name = "place", from = "圏域コード", key = true }
local function text(name, label, required) return { name = name, from = label, label = label, type = "text", required = required } end
local function table_of(id, label, columns, recode)
  local all = {}
  recode = recode or {}
  recode.area_set = sets
  for _, c in ipairs(area) do all[#all + 1] = c end
  for _, c in ipairs(columns) do all[#all + 1] = c end
  return { name = id, plugin = "facts", may_be_empty = true, options = { table = "apportionment_" .. id, label = label,
           files = "data/" .. id .. ".csv", columns = all, recode = recode } }
end
return { prefecture = "29", packs = { "apportionment" }, area_sets = { "secondary", "prefecture" }, sources = {
  table_of("demand", "追加的需要の推計（令和7年）", { place, persons("c3_below", "C3未満"), persons("category1", "医療区分1の患者数"),
    persons("regional_gap", "地域差解消分"), persons("outpatient", "外来医療で対応する分"), text("document", "資料") }),
  table_of("survey", "療養病床の転換意向調査", { place, persons("medical", "医療療養病床からの移行"), persons("designated", "介護療養型医療施設からの移行"),
    persons("designated_all", "介護療養型医療施設の全数"), text("document", "資料") }),
  table_of("ratios", "在宅医療と介護施設の利用者（按分の資料）", { { name = "data", from = "データ", label = "データ", key = true },
    { name = "home", from = "在宅医療", label = "在宅医療", type = "decimal", scale = 1, unit = "人" },
    { name = "facility", from = "介護施設", label = "介護施設", type = "decimal", scale = 1, unit = "人" }, text("document", "資料") }, data),
  table_of("choice", "按分に使うデータ", { place, { name = "data", from = "データ", label = "データ" }, text("reason", "理由") }, data),
  table_of("agreed", "協議の場で決めた値", { item, persons("value", "決めた値"),
    text("reason", "理由", true), text("meeting", "協議の場") }, items),
  table_of("plans", "両計画に設定した値", { item, persons("value", "目標・見込み量"), text("document", "計画とページ") }, items),
  table_of("actual", "期末の実績", { item, persons("value", "実績"), text("document", "資料") }, items),
  table_of("ceiling", "上乗せの上限（★）", { item, persons("value", "上限"), text("reason", "理由", true) }, items),
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "data/areas.csv", columns = {
    { name = "area_set", from = "圏域の種類", type = "area_set" }, { name = "area", from = "圏域コード" }, { name = "name", from = "圏域" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "data/areas.csv",
    where = { { column = "都道府県コード", blank = false } }, columns = {
    { name = "member_set", from = "圏域の種類", type = "area_set" }, { name = "member", from = "圏域コード" },
    { name = "area", from = "都道府県コード", level = "prefecture" } }, constants = { area_set = "prefecture" } } },
} }
