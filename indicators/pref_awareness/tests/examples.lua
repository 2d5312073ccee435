-- SPDX-License-Identifier: MIT
example "千葉県: 介護が必要になっても自宅や地域で暮らし続けられると感じる県民の割合" {
  given  = { residents_survey = { { area = "12", area_set = "prefecture", question = "暮らし続けられると感じる", ages = "全年齢", answered = 80, yes = 20 } } },
  expect = { ["chiba.community_life.share"] = { ["12"] = 25 } },
}
example "兵庫県: かかりつけ医のいる割合" {
  given  = { residents_survey = { { area = "28", area_set = "prefecture", question = "かかりつけ医がいる", ages = "全年齢", answered = 80, yes = 20 } } },
  expect = { ["hyogo.family_doctor.share"] = { ["28"] = 25 } },
}
example "和歌山県: かかりつけ医のいる割合" {
  given  = { residents_survey = { { area = "30", area_set = "prefecture", question = "かかりつけ医がいる", ages = "全年齢", answered = 80, yes = 20 } } },
  expect = { ["wakayama.family_doctor.share"] = { ["30"] = 25 } },
}
example "和歌山県: 人生の最終段階における医療について家族と話し合ったことがある者の割合" {
  given  = { residents_survey = { { area = "30", area_set = "prefecture", question = "家族と話し合ったことがある", ages = "全年齢", answered = 80, yes = 20 } } },
  expect = { ["wakayama.talked_with_family.share"] = { ["30"] = 25 } },
}
example "岡山県: 人生の最終段階で受けた医療について家族と話し合ったことがある県民（60歳以上）の割合" {
  given  = { residents_survey = { { area = "33", area_set = "prefecture", question = "家族と話し合ったことがある", ages = "全年齢", answered = 100, yes = 1 }, { area = "33", area_set = "prefecture", question = "家族と話し合ったことがある", ages = "60歳以上", answered = 80, yes = 20 } } },
  expect = { ["okayama.talked_with_family.share"] = { ["33"] = 25 } },
}
example "佐賀県: 在宅医療を希望する県民が安心して在宅医療を受けることができる環境" {
  given  = { residents_survey = { { area = "41", area_set = "prefecture", question = "安心して受けられると思う", ages = "全年齢", answered = 80, yes = 20 } } },
  expect = { ["saga.home_care_environment.share"] = { ["41"] = 25 } },
}
example "熊本県: 在宅医療・介護サービスを受けることができると思う人の割合" {
  given  = { residents_survey = { { area = "43", area_set = "prefecture", question = "受けることができると思う", ages = "全年齢", answered = 80, yes = 20 } } },
  expect = { ["kumamoto.can_receive.share"] = { ["43"] = 25 } },
}
example "広島県: ACPの普及啓発をしている市町だけを数える" {
  given  = { acp_activities = { { area = "34202", activity = "ACPの普及啓発", running = true }, { area = "34203", activity = "ACPの普及啓発", running = false } } },
  expect = { ["hiroshima.acp.areas"] = { ["34"] = 1 } },
}
example "和歌山県: 意思確認の体制のある二次医療圏" {
  areas  = { prefecture = { ["30"] = { "3001", "3002" } } },
  given  = { acp_activities = { { area = "3001", area_set = "secondary", activity = "意思確認の体制", running = true }, { area = "3002", area_set = "secondary", activity = "意思確認の体制", running = true } } },
  expect = { ["wakayama.confirming_wishes.areas"] = { ["30"] = 2 } },
}
