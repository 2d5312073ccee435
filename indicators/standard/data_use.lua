-- SPDX-License-Identifier: MIT
-- 追加的需要の検討に、どの都道府県がどのデータを使ったか（公表資料の一覧。data/data_use.csv）
local use = facts_table {
  id      = "data_use",
  label   = "追加的需要の検討に用いたデータ",
  columns = {
    { "data",   "code", label = "データ", key = true },
    { "answer", "code", label = "活用状況" },
  },
}

cross_table {
  id         = "data_use.prefectures",
  title      = "データの活用状況別の都道府県数",
  kind       = "process",
  unit       = "都道府県",
  rows       = { dim("データ", use.data), dim("活用状況", use.answer) },
  value      = use:areas { set = "prefecture" },
  definition = "患者調査、病床機能報告、国保データベースのそれぞれについて、協議の場での活用状況ごとの都道府県の数。",
  caveats    = { "二次医療圏ごとに異なる都道府県は、最も多い選択肢に集約されている" },
  references = { "データの活用状況、地域医療構想WG・在宅医療WG合同会議 平成30年3月2日 資料2（14ページ）" },
}
