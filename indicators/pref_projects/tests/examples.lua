-- SPDX-License-Identifier: MIT
example "和歌山県: 8つの事業の一つでも欠ければ数えない" {
  given  = { cooperation_projects = { { area = "30201", a = true, b = true, c = true, d = true, e = true, f = true, g = true, h = true },
    { area = "30202", a = true, b = true, c = true, d = true, e = true, f = true, g = true, h = false } } },
  expect = { ["wakayama.all_projects.municipalities"] = { ["30"] = 1 } },
}
