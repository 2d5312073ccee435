-- 退院調整漏れ率: 介護支援専門員に連絡のないまま退院した人の割合（居宅介護支援事業所への調査から）
local surveyed = facts_table { id = "discharge_coordination", label = "退院調整",
  columns = { { "people", "code", key = true, label = "区分" },
              { "value", "int", unit = "人", label = "人数" } } }

indicator { id = "sample.leak_rate", name = "退院調整漏れ率", unit = "%", decimals = 1,
  kind = "process", stages = { "退院支援" }, better = "lower", limits = { 95, 99.8 },
  value = percent(surveyed { people = "no_contact" }:sum(), surveyed { people = "discharged" }:sum()),
  by = areas.of "none" }

-- 県の値と比べて、良い・同程度・悪い（市町村は人数が少ないので、信頼区間で判定する）
indicator { id = "sample.leak_rate.compare", name = "退院調整漏れ率の県との比較", unit = "判定",
  value = value_of "sample.leak_rate":compare { with = areas.all "prefecture", levels = { 95, 99.8 } } }
