-- SPDX-License-Identifier: MIT
local function goal(id, area, period, more)
  local row = { target = id, plan = "medical7", indicator = "x." .. id, measure = "count", kind = "value", area = area, area_set = "prefecture",
                period = period, set = true, has_figure = true, substitute = false, explained = false, improvement = false,
                carried_over = false }
  for k, v in pairs(more or {}) do row[k] = v end
  return row
end

-- 目標には段階のない行が1つと、段階ごとの行がある。奈良は2つの段階にまたがる目標、三重は推計値、大阪は「設定なし」。
local function with(stage, ...)
  local row = goal(...)
  row.stage = stage
  return row
end
local rows, expect = {}, {}
for _, plan in ipairs { { "medical7", "FY2020", "FY2023" }, { "medical8", "FY2026", "FY2029" } } do
  local p = { plan = plan[1] }
  local none = { plan = plan[1], kind = "not_set", set = false, has_figure = false, explained = true }
  local estimate = { plan = plan[1], kind = "estimate", set = false, has_figure = false }
  for _, r in ipairs {
    goal("a" .. plan[1], "29", plan[2], p), with("退院支援", "a" .. plan[1], "29", plan[2], p), with("看取り", "a" .. plan[1], "29", plan[2], p),
    goal("a" .. plan[1], "29", plan[3], p), with("退院支援", "a" .. plan[1], "29", plan[3], p), with("看取り", "a" .. plan[1], "29", plan[3], p),
    goal("b" .. plan[1], "24", plan[3], estimate), with("日常の療養支援", "b" .. plan[1], "24", plan[3], estimate),
    goal("c" .. plan[1], "27", plan[3], none), with("急変時の対応", "c" .. plan[1], "27", plan[3], none),
    goal("d" .. plan[1], "24", plan[3], p), with("看取り", "d" .. plan[1], "24", plan[3], p),
  } do table.insert(rows, r) end
  local id = "targets." .. plan[1] .. "."
  expect[id .. "discharge.prefectures"] = 1   -- 奈良
  expect[id .. "daily.prefectures"] = 0       -- 推計値は目標ではない
  expect[id .. "emergency.prefectures"] = 0   -- 設定なし
  expect[id .. "end_of_life.prefectures"] = 2 -- 奈良と三重
  expect[id .. "not_set.explained"] = 1       -- 大阪
end
example "段階ごとに目標のある都道府県: 推計値と設定なしは数えない" {
  areas = { prefecture = { "24", "27", "29" } }, given = { targets = rows }, expect = expect,
}

example "達成の割合、未達成、改善の方向性" {
  period = "FY2023", areas = { prefecture = { "29" } },
  given = { targets = {
    goal("a", "29", "FY2023", { outcome = "achieved", missed = false }),
    goal("b", "29", "FY2023", { outcome = "behind", missed = true, improvement = true }),
    goal("c", "29", "FY2023", { outcome = "worse", missed = true, kind = "maintain", has_figure = false }),
    goal("d", "29", "FY2023", { outcome = "cannot", missed = false }),
    goal("e", "29", "FY2020", { outcome = "achieved", missed = false }),
    with("看取り", "a", "29", "FY2023", { outcome = "achieved", missed = false }),
  } },
  expect = {
    ["targets.reached.share"] = { ["29"] = 100 / 3 }, -- 評価できる a b c のうち a
    ["targets.missed"] = { ["29"] = 2 },
    ["targets.missed.without_improvement"] = { ["29"] = 1 },
    ["targets.figure.share"] = { ["29"] = 75 },       -- a b d
    ["targets.standing"] = { { area = "29", dimensions = "計画=medical7;達成状況=計", value = 4 },
                             { area = "29", dimensions = "計画=medical7;達成状況=achieved", value = 1 } },
  },
}
