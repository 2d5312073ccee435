-- SPDX-License-Identifier: MIT
example "石川県・佐賀県: 登録患者を足す" {
  given  = { networks = { { area = "17201", network = "いしかわ診療情報共有ネットワーク", patients = 10 }, { area = "17202", network = "いしかわ診療情報共有ネットワーク", patients = 5 },
    { area = "17201", network = "別の仕組み", patients = 9 }, { area = "41201", network = "カナミック", patients = 4 } } },
  expect = { ["ishikawa.network.patients"] = { ["17"] = 15 }, ["saga.shared_ict.patients"] = { ["41"] = 4 } },
}
example "高知県: 導入した施設を足す" {
  given  = { networks = { { area = "39201", network = "多職種連携", facilities = 2 }, { area = "39202", network = "多職種連携", facilities = 3 } } },
  expect = { ["kochi.team_ict.facilities"] = { ["39"] = 5 } },
}
example "和歌山県: 保健所の管轄区域で数える" {
  areas  = { health_centre = { "W1", "W2" } },
  given  = { networks = { { area = "W1", area_set = "health_centre", network = "安心ネットワーク", ready = true }, { area = "W2", area_set = "health_centre", network = "安心ネットワーク", ready = false } } },
  expect = { ["wakayama.safety_network.areas"] = { ["00"] = 1 } },
}
example "山口県: 整備済みの圏域を数える" {
  areas  = { prefecture = { ["35"] = { "3501", "3502" } } },
  given  = { networks = { { area = "3501", area_set = "secondary", network = "地域医療介護連係情報システム", ready = true }, { area = "3502", area_set = "secondary", network = "地域医療介護連係情報システム", ready = true } } },
  expect = { ["yamaguchi.information_system.areas"] = { ["35"] = 2 } },
}
