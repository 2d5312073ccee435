-- SPDX-License-Identifier: MIT
-- 情報共有の仕組みごとの登録患者・参加施設・整備状況
facts_table { id = "networks", label = "情報共有の仕組み", columns = {
  { "network", "code", key = true, label = "仕組み" }, { "ready", "bool", label = "整備済み" },
  { "patients", "int", unit = "人", label = "登録・共有している患者" }, { "facilities", "int", unit = "施設", label = "導入した施設" } } }
