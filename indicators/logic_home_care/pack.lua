-- SPDX-License-Identifier: MIT
-- 在宅医療のロジックモデルの見本。指標は標準パックのもの
return {
  id          = "logic_home_care",
  version     = "0.1.0",
  api         = 1,
  name        = "在宅医療のロジックモデル（見本）",
  name_en     = "A logic model of home care (sample)",
  publisher   = "shihyo",
  licence     = "MIT",
  description = "活動、アウトプット、中間アウトカム、最終アウトカムのつながりを、標準パックの指標で書いた見本。つながりは例であり、県の計画に合わせて書き換えて使う",
  depends     = { standard = "0.1.0" },
  files       = { "model.lua" },
}
