-- SPDX-License-Identifier: MIT
example "東京都: 入退院支援に関わる研修受講者数" {
  given  = { trainings = { { area = "13101", course = "入退院支援研修", people = 3 }, { area = "13102", course = "入退院支援研修", people = 4 },
    { area = "13101", course = "別の研修", people = 50 } } },
  expect = { ["tokyo.discharge_training.people"] = { ["13"] = 7, ["13102"] = 4 } },
}
example "富山県: 在宅医療を行う開業医グループへの参加医師数" {
  given  = { trainings = { { area = "16201", course = "開業医グループ", people = 3 }, { area = "16202", course = "開業医グループ", people = 4 },
    { area = "16201", course = "別の研修", people = 50 } } },
  expect = { ["toyama.doctor_groups.doctors"] = { ["16"] = 7, ["16202"] = 4 } },
}
example "石川県: かかりつけ医等認知症対応能力向上研修終了者数" {
  given  = { trainings = { { area = "17201", course = "かかりつけ医等認知症対応能力向上研修", people = 3 }, { area = "17202", course = "かかりつけ医等認知症対応能力向上研修", people = 4 },
    { area = "17201", course = "別の研修", people = 50 } } },
  expect = { ["ishikawa.dementia_training.doctors"] = { ["17"] = 7, ["17202"] = 4 } },
}
example "石川県: 認知症サポート医研修終了者数" {
  given  = { trainings = { { area = "17201", course = "認知症サポート医研修", people = 3 }, { area = "17202", course = "認知症サポート医研修", people = 4 },
    { area = "17201", course = "別の研修", people = 50 } } },
  expect = { ["ishikawa.dementia_support.doctors"] = { ["17"] = 7, ["17202"] = 4 } },
}
example "京都府: 地域で在宅チームの連携の要となる人材の養成数" {
  given  = { trainings = { { area = "26100", course = "在宅チームの連携の要となる人材", people = 3 }, { area = "26201", course = "在宅チームの連携の要となる人材", people = 4 },
    { area = "26100", course = "別の研修", people = 50 } } },
  expect = { ["kyoto.team_leaders.people"] = { ["26"] = 7, ["26201"] = 4 } },
}
example "広島県: 在宅医療の知る向上のための知識・技術を習得し、多職種連携研修を終了した薬剤師数" {
  given  = { trainings = { { area = "34100", course = "薬剤師の多職種連携研修", people = 3 }, { area = "34202", course = "薬剤師の多職種連携研修", people = 4 },
    { area = "34100", course = "別の研修", people = 50 } } },
  expect = { ["hiroshima.pharmacists.people"] = { ["34"] = 7, ["34202"] = 4 } },
}
example "佐賀県: 医療・介護の多職種による研修会等の開催回数" {
  given  = { trainings = { { area = "41201", course = "多職種による研修会", times = 3 }, { area = "41202", course = "多職種による研修会", times = 4 },
    { area = "41201", course = "別の研修", times = 50 } } },
  expect = { ["saga.team_training.times"] = { ["41"] = 7, ["41202"] = 4 } },
}
example "佐賀県: 看取り研修を受講した介護施設延べ数" {
  given  = { trainings = { { area = "41201", course = "看取り研修", facilities = 3 }, { area = "41202", course = "看取り研修", facilities = 4 },
    { area = "41201", course = "別の研修", facilities = 50 } } },
  expect = { ["saga.end_of_life_training.facilities"] = { ["41"] = 7, ["41202"] = 4 } },
}
example "山梨県: 指定機関を1度ずつ数える" {
  given  = { designated_institutions = { { area = "19201", institution = "A", designation = "特定行為研修指定研修機関" }, { area = "19202", institution = "B", designation = "特定行為研修指定研修機関" },
    { area = "19202", institution = "C", designation = "協力施設" } } },
  expect = { ["yamanashi.specified_acts.institutions"] = { ["19"] = 2 } },
}
