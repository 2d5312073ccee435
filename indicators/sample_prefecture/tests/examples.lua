-- 自分の指標を試す: 表の行を与えて、期待する値を書く
example "ACPは開催が1回以上の市町村だけ数え、未報告の市町村は割合の分母から除く" {
  areas  = { prefecture = { ["29"] = { "29201", "29202", "29203", "29204" } } },
  given  = {
    acp_outreach = {
      { area = "29201", held = 3 }, { area = "29202", held = 0 },
      { area = "29203", held = 1 }, { area = "29204", held = "unreported" },
    },
  },
  expect = {
    ["sample.acp.areas"] = { { area = "29", value = 2, state = "partial" } },
    ["sample.acp.share"] = { { area = "29", value = 200 / 3, state = "ok" } },
  },
}

example "ルールのある圏域だけ数え、1つでも欠ければ策定済みではない" {
  areas  = { home_care = { "H010", "H020", "H030" } },
  given  = {
    discharge_rules = {
      { area = "H010", area_set = "home_care", in_force = true },
      { area = "H020", area_set = "home_care", in_force = true },
      { area = "H030", area_set = "home_care", in_force = false },
    },
  },
  expect = {
    ["sample.discharge_rule.areas"] = { ["00"] = 2 },
    ["sample.discharge_rule.all"]   = { ["00"] = 0 },
    ["sample.discharge_rule.share"] = { ["00"] = 200 / 3 },
  },
}

example "漏れ率は人数の合計どうしの比で、未報告の市町村があれば県の値も未報告" {
  period = "FY2024",
  areas  = { prefecture = { ["29"] = { "29201", "29202" }, ["30"] = { "30201", "30202" } } },
  given  = {
    discharge_coordination = {
      { area = "29201", people = "discharged", value = 100 }, { area = "29201", people = "no_contact", value = 20 },
      { area = "29202", people = "discharged", value = 300 }, { area = "29202", people = "no_contact", value = 40 },
      { area = "30201", people = "discharged", value = 100 }, { area = "30201", people = "no_contact", value = 20 },
      { area = "30202", people = "discharged", value = "unreported" }, { area = "30202", people = "no_contact", value = "unreported" },
    },
  },
  expect = { ["sample.leak_rate"] = { ["29"] = 15, ["29201"] = 20, ["30"] = "unreported" } },
}

-- 信頼区間の期待値: Wilson の方法で 20/100 は 13.3366…〜28.8829…（英国 OHID の検算表）
example "人数の少ない地域は、率が離れていても県と違うとは言えない" {
  period = "FY2024",
  areas  = { prefecture = { ["29"] = { "29201", "29202", "29203" }, ["30"] = { "30201" } } },
  given  = {
    discharge_coordination = {
      { area = "29201", people = "discharged", value = 100 }, { area = "29201", people = "no_contact", value = 20 },
      { area = "29202", people = "discharged", value = 10 },  { area = "29202", people = "no_contact", value = 2 },
      { area = "29203", people = "discharged", value = 290 }, { area = "29203", people = "no_contact", value = 18 },
      { area = "30201", people = "discharged", value = 50 },  { area = "30201", people = "no_contact", value = 5 },
    },
  },
  expect = {
    ["sample.leak_rate"] = { { area = "29201", value = 20, lower = 13.33669333310325, upper = 28.882916559315884 } },
    ["sample.leak_rate.compare"] = {
      { area = "29201", value = -2, judgement = "worse" },   -- 県は10%
      { area = "29202", value = 0, judgement = "similar" },  -- 2/10 でも
      { area = "29203", value = 1, judgement = "better" },
      { area = "30201", state = "not_applicable" },          -- 県に1つだけの市町村
    },
  },
}
