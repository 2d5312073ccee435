-- SPDX-License-Identifier: MIT
-- 費用: 総額、負担の割合、区分・使途・対象職種ごとの割合
local projects = facts "fund_projects"
local source   = "000 地域医療介護総合確保基金（2〜3、6ページ）、001 都道府県計画の基本的な記載事項"
-- 計画に事業のない区分は0。計画そのものがなければ、割合は分母がなく計算しない。
local function cost(rows) return first_of(rows:sum "cost", 0) end
local function part(id, name, rows, all)
  indicator { id = id, name = name, unit = "%", kind = "structure", references = source, value = percent(cost(rows), all:sum "cost") }
end

indicator { id = "fund.cost", name = "事業に要する費用の総額", unit = "千円", kind = "structure", value = projects:sum "cost", references = source }
for _, payer in ipairs { { "national", "国" }, { "prefectural", "都道府県" } } do
  indicator { id = "fund.share." .. payer[1], name = payer[2] .. "の負担割合", unit = "%", kind = "structure", references = source,
    value = percent(projects:sum(payer[1]), projects:sum "cost") }
end
for i, name in ipairs { "病床の機能分化・連携", "居宅等における医療の提供", "介護施設等の整備", "医療従事者の確保", "介護従事者の確保", "その他の事業" } do
  part("fund.category" .. i, "区分" .. i .. " " .. name .. "の割合", projects { category = tostring(i) }, projects)
end
local home = projects { category = "2" }
for _, use in ipairs { { "training", "教育・研修" }, { "desk", "医療従事者向け相談窓口等の運営" }, { "equipment", "施設や医療機器等の設備" },
    { "meetings", "会議の設置・設営" }, { "awareness", "普及啓発" }, { "ict", "ICT整備" }, { "other", "その他" } } do
  part("fund.use." .. use[1], "居宅等における医療の費用のうち「" .. use[2] .. "」の割合", home:where { use = use[2] }, home)
end
part("fund.use.training_and_desk", "居宅等における医療の費用のうち教育・研修と相談窓口の割合", home:where { use = { "教育・研修", "医療従事者向け相談窓口等の運営" } }, home)
local training = home:where { use = "教育・研修" }
for _, who in ipairs { { "doctor", "医師" }, { "nurse", "看護師" }, { "dental", "歯科医師・歯科衛生士等" }, { "pharmacist", "薬剤師" },
    { "several", "多職種" }, { "other", "その他" } } do
  part("fund.training." .. who[1], "教育・研修の費用のうち" .. who[2] .. "を対象とする割合", training:where { profession = who[2] }, training)
end
