-- SPDX-License-Identifier: MIT
-- 和歌山県: 全ての在宅医療・介護連携推進事業を実施し、地域包括ケアシステム構築に取り組む市町村数
local all = facts "cooperation_projects" {
  a = true, b = true, c = true, d = true, e = true, f = true, g = true, h = true }

indicator { id = "wakayama.all_projects.municipalities",
  name = "全ての在宅医療・介護連携推進事業を実施し、地域包括ケアシステム構築に取り組む市町村数", unit = "市町村",
  kind = "process", stages = { "日常の療養支援" }, better = "higher", value = all:areas(), by = areas.of "none" }
