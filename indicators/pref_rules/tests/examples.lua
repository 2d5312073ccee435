-- SPDX-License-Identifier: MIT
example "岐阜県: 一つでも欠ければ策定済みではない" {
  areas  = { secondary = { "2101", "2102" }, prefecture = { ["21"] = { "2101", "2102" } } },
  given  = { coordination_rules = {
    { area = "2101", area_set = "secondary", in_force = true }, { area = "2102", area_set = "secondary", in_force = false } } },
  expect = { ["gifu.discharge_rule.areas"] = { ["21"] = 1 }, ["gifu.discharge_rule.all"] = { ["21"] = 0 } },
}
example "静岡県: 一つでも欠ければ策定済みではない" {
  areas  = { secondary = { "2201", "2202" }, prefecture = { ["22"] = { "2201", "2202" } } },
  given  = { coordination_rules = {
    { area = "2201", area_set = "secondary", in_force = true }, { area = "2202", area_set = "secondary", in_force = false } } },
  expect = { ["shizuoka.discharge_rule.areas"] = { ["22"] = 1 }, ["shizuoka.discharge_rule.all"] = { ["22"] = 0 } },
}
example "鳥取県: 一つでも欠ければ策定済みではない" {
  areas  = { secondary = { "3101", "3102" }, prefecture = { ["31"] = { "3101", "3102" } } },
  given  = { coordination_rules = {
    { area = "3101", area_set = "secondary", in_force = true }, { area = "3102", area_set = "secondary", in_force = false } } },
  expect = { ["tottori.discharge_rule.areas"] = { ["31"] = 1 }, ["tottori.discharge_rule.all"] = { ["31"] = 0 } },
}
example "島根県: 一つでも欠ければ策定済みではない" {
  areas  = { secondary = { "3201", "3202" }, prefecture = { ["32"] = { "3201", "3202" } } },
  given  = { coordination_rules = {
    { area = "3201", area_set = "secondary", in_force = true }, { area = "3202", area_set = "secondary", in_force = false } } },
  expect = { ["shimane.discharge_rule.areas"] = { ["32"] = 1 }, ["shimane.discharge_rule.all"] = { ["32"] = 0 } },
}
example "長崎県: 一つでも欠ければ策定済みではない" {
  areas  = { home_care = { "N01", "N02" } },
  given  = { coordination_rules = {
    { area = "N01", area_set = "home_care", in_force = true }, { area = "N02", area_set = "home_care", in_force = false } } },
  expect = { ["nagasaki.discharge_rule.areas"] = { ["00"] = 1 }, ["nagasaki.discharge_rule.all"] = { ["00"] = 0 } },
}
example "宮崎県: 一つでも欠ければ策定済みではない" {
  areas  = { secondary = { "4501", "4502" }, prefecture = { ["45"] = { "4501", "4502" } } },
  given  = { coordination_rules = {
    { area = "4501", area_set = "secondary", in_force = true }, { area = "4502", area_set = "secondary", in_force = false } } },
  expect = { ["miyazaki.discharge_rule.areas"] = { ["45"] = 1 }, ["miyazaki.discharge_rule.all"] = { ["45"] = 0 } },
}
example "鹿児島県: 一つでも欠ければ策定済みではない" {
  areas  = { secondary = { "4601", "4602" }, prefecture = { ["46"] = { "4601", "4602" } } },
  given  = { coordination_rules = {
    { area = "4601", area_set = "secondary", in_force = true }, { area = "4602", area_set = "secondary", in_force = false } } },
  expect = { ["kagoshima.discharge_rule.areas"] = { ["46"] = 1 }, ["kagoshima.discharge_rule.all"] = { ["46"] = 0 } },
}
