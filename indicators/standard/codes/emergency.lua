-- SPDX-License-Identifier: MIT
-- 急変時の対応
-- 出典、有効期間、そろっている月は lib/masters.lua。
local masters = require "lib.masters"

code_list(masters.medical {
  id         = "house_call",
  label      = "往診料（C000）",
  attributes = { "visit" },
  entries    = {
    { "114000110", "往診料",
      visit = "往診料" },
    { "114001610", "特別往診料",
      visit = "特別往診料" },
  },
})
