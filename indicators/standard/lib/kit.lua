-- SPDX-License-Identifier: MIT
-- 標準パックの指標に共通のもの: 別表11から受け取る分類、率、注意書き、データごとの測り方
local list = require "lib.standard_list"
local kit = {}

kit.rates = { per(10000, population { age = from(75) }), per(100000, population { age = from(65) }),
              per(100000, population {}) }

kit.caveats = {
  masked      = "10未満は秘匿されている（*）",
  double      = "同じ患者がコードごとに数えられるため、足した値は延べである",
  partial     = "秘匿されたコードを除いて足した下限の値になることがある（状態が partial）",
  not_summed  = "患者数は圏域ごとに数えられるため、圏域の値を足して都道府県の値にはできない",
  place       = "医療機関の所在地で集計した値で、患者の住所地ではない",
  times       = "実施している医療機関の数ではなく算定回数による代わりの指標",
  both        = "外来と入院の集計を足している",
  insured     = "国民健康保険と後期高齢者医療の加入者だけの値（被用者保険・生活保護は含まない。子どもは少なくなる）",
  delivered   = "県や市町村が集めた値を届けた表による。届くまでは値がない。数え方は表の「出典」「備考」による",
}
local caveats = kit.caveats
local table11 = "別表11 在宅医療の体制構築に係る現状把握のための指標例"
local ndb = "NDBオープンデータ（厚生労働省）"

-- ID から、別表11の項目と名称を引く表
local places, obligation = {}, {}
for _, item in ipairs(list.items) do
  for _, id in ipairs(item.ids) do
    if type(id) == "table" then places[id[1]] = { item = item, name = id[2] }
    else places[id] = { item = item, name = item.name } end
  end
  for _, id in ipairs(item.substitutes or {}) do places[id] = { item = item, substitute = true } end
end
for _, entry in ipairs(list.obligations) do
  for _, id in ipairs(entry[3]) do obligation[id] = entry[2] end
end

local function joined(...)
  local all = {}
  for _, texts in ipairs { ... } do
    for _, text in ipairs(texts) do table.insert(all, text) end
  end
  return all
end

-- 別表11の指標: 段階・種類・印・求められ方・率を加える。名称は、代わりの指標でなければ別表11のもの。
function kit.standard(def)
  local place = places[def.id] or error("lib/standard_list.lua に " .. tostring(def.id) .. " がない")
  local item = place.item
  def.name = def.name or place.name
  def.stages, def.kind, def.marked = item.stages, item.kind, item.marked
  def.obligation = obligation[def.id]
  def.substitute_for = place.substitute and item.name or nil
  def.tags = { item.beside and "目標設定の例" or "別表11" }
  if item.underline then table.insert(def.tags, "下線") end
  if item.red then table.insert(def.tags, "赤字") end
  def.rates = def.rates or kit.rates
  def.references = def.references or { table11 }
  return def
end

-- 届ける表（plugin facts、layouts/standard_list.lua）: 項目は ID から homecare. を除いたもの --------------------

local delivered = facts_table {
  id      = "standard_list",
  label   = "別表11の項目の値",
  label_en = "Figures of the standard list",
  columns = {
    { "item",   "code", key = true, label = "項目" },
    { "value",  "decimal", scale = 1, label = "値" },
    { "source", "text", label = "出典" },
    { "note",   "text", label = "備考" },
  },
}

local function figures(id, unit)
  return { name = "届けられた表", unit = unit, value = delivered { item = id:gsub("^homecare%.", "") }:sum "value" }
end

-- 届ける表でだけ答えられる指標
function kit.delivered(def)
  def.answers = { figures(def.id, def.unit or "施設") }
  def.unit, def.decimals = nil, def.decimals or 0
  def.caveats = joined(def.caveats or {}, { caveats.delivered })
  return kit.standard(def)
end

-- 診療報酬の1つの項目（コードの一覧）の、国保データベースとNDBオープンデータでの測り方 ------------------------

local fee = {}
fee.__index = fee

-- spec: label 名称、codes 一覧、claims 国保データベースの行（既定は一覧の行）、
--   type "dental" 届いていなければ未報告とするレセプトの種別、single コードが1つだけ、caveats 加える注意書き
function kit.fee(spec)
  spec.claims = spec.claims or medical_items { item = spec.codes }
  spec.caveats = spec.caveats or {}
  return setmetatable(spec, fee)
end

local function if_delivered(self, value)
  if self.type then return value:if_delivered(medical_claims { type = self.type }) end
  return value
end

local function sum(self, rows)
  if self.single then return rows:sum() end
  return rows:sum("value", { masked = "partial" })
end

local function kdb(unit, value, basis, note)
  return { name = "国保データベース（KDB）", unit = unit, value = value, by = areas.of(basis), note = note }
end

-- 実施している医療機関の数: 期間内に1回でも算定した医療機関、その所在地で
function fee:institutions(def)
  local value = if_delivered(self, self.claims:distinct "institution")
  def.answers = joined({ kdb(def.unit or "施設", value, "institution",
                             "期間内に1回でも算定した医療機関を、その所在地で1つずつ数える") },
                       places[def.id].substitute and {} or { figures(def.id, def.unit or "施設") })
  def.unit, def.decimals = nil, 0
  def.definition = def.definition or ("期間内に" .. self.label .. "を算定した医療機関の数。")
  def.caveats = joined({ caveats.insured,
                         "県外の保険者の加入者だけを診た医療機関は、1つの県の国保データベースからは分からない" },
                       self.caveats, def.caveats or {})
  return kit.standard(def)
end

local function kdb_patients(self, every)
  local persons = self.claims:persons()
  if every == "月" then
    return kdb("人/月", if_delivered(self, persons:monthly_average()), "insurer", "月ごとの実人数の平均を、保険者の市町村で数える")
  end
  return kdb("人/年", if_delivered(self, persons), "insurer", "期間内の実人数を、保険者の市町村で数える")
end

local function ndb_patients_of(self)
  local rows = ndb_patients { item = self.main or self.codes }
  local single = self.single or self.main
  return { name = "NDBオープンデータ", unit = single and "人/年" or "人/年（延べ）",
           value = sum({ single = single }, rows), by = areas.of "institution",
           note = self.main_note or (single and "算定された患者の年間の数、医療機関の所在地で"
                                     or "コードごとの患者数の合計（延べ）、医療機関の所在地で") }
end

-- 受けた患者の数: every が "月" なら国保データベースでは月平均、"年" なら期間内の実人数
function fee:patients(def, every)
  def.answers = joined({ kdb_patients(self, every) }, self.codes and { ndb_patients_of(self) } or {},
                       places[def.id].substitute and {} or { figures(def.id, every == "月" and "人/月" or "人/年") })
  def.definition = def.definition or (self.label .. "を算定された患者の数。")
  local published = {}
  if self.codes then
    published = (self.single or self.main) and { caveats.masked, caveats.not_summed }
                or { caveats.double, caveats.partial, caveats.not_summed }
  end
  def.caveats = joined(published, { caveats.insured }, self.caveats, def.caveats or {})
  def.references = self.codes and { table11, ndb } or nil
  return kit.standard(def)
end

-- 全コードの患者数の延べ（NDBオープンデータだけ）
function fee:patients_all(def)
  def.unit, def.by = "人/年（延べ）", areas.of "institution"
  def.value = sum(self, ndb_patients { item = self.codes })
  def.definition = self.label .. "のどれかを算定された患者の年間の延べ数（コードごとの患者数の合計）。"
  def.caveats = joined({ caveats.double, caveats.partial, caveats.not_summed, caveats.place }, self.caveats)
  def.references = { table11, ndb }
  return kit.standard(def)
end

-- 算定回数（NDBオープンデータ）: 医療機関の数の代わり
function fee:items(def)
  def.name = def.name or (self.label .. "の算定回数")
  def.unit, def.by = "回/年", areas.of "institution"
  def.value = sum(self, ndb_items { item = self.codes })
  def.definition = self.label .. "の年間の算定回数。"
  def.caveats = joined({ self.single and caveats.masked or caveats.partial, caveats.place },
                       places[def.id].item.kind == "structure" and { caveats.times } or {}, self.caveats)
  def.references = { table11, ndb }
  return kit.standard(def)
end

-- 内訳の表（NDBオープンデータ）。split はコードの一覧の属性、label は見出し
local function breakdown(self, def, rows, unit, what, more)
  def.stages, def.kind, def.unit = self.stages, "process", def.unit or unit
  def.rows = { areas.of "institution", dim(def.label, rows:column(def.split)) }
  def.label, def.split = nil, nil
  def.value = rows:sum()
  def.definition = self.label .. what
  def.caveats = joined({ caveats.masked }, more, { caveats.place })
  def.references = { table11, ndb }
  return def
end

function fee:patients_by(def)
  return breakdown(self, def, ndb_patients { item = self.codes }, "人/年", "を算定された患者の年間の数の内訳。",
                   { caveats.double, caveats.not_summed })
end

function fee:items_by(def)
  def.title = def.title or (self.label .. "の算定回数（内訳）")
  return breakdown(self, def, ndb_items { item = self.codes }, "回/年", "の年間の算定回数の内訳。", {})
end

-- 看取り数: 国保データベースでは実人数、NDBオープンデータでは2つの加算の回数の合計
function kit.deaths(attended, certified, def)
  def.answers = {
    kdb("人/年", union(attended.claims, certified.claims):persons(), "insurer", "期間内の実人数を、保険者の市町村で数える"),
    { name = "NDBオープンデータ", unit = "回/年", by = areas.of "institution", note = "加算の回数、医療機関の所在地で",
      value = total { sum({}, ndb_items { item = attended.codes }), sum({}, ndb_items { item = certified.codes }) } },
    figures(def.id, "人/年"),
  }
  def.definition = "看取り加算か死亡診断加算を算定された人の数（NDBオープンデータでは算定回数の合計）。"
  def.caveats = { caveats.insured, caveats.partial, "どちらも1人に1回の加算なので、回数は人数にあたる" }
  def.references = { table11, ndb }
  return kit.standard(def)
end

return kit
