-- SPDX-License-Identifier: MIT
-- 実施状況、期間、意見の聴取、事後評価
local projects = facts "fund_projects"
local function yes(id, name, column)
  indicator { id = id, name = name, unit = "%", kind = "process", better = "higher",
    value = percent(projects { [column] = true }:rows(), projects { [column] = { true, false } }:rows()),
    definition = "記載のない事業は分母にも入れない（fund." .. column .. ".unknown で数える）。" }
  indicator { id = "fund." .. column .. ".unknown", name = name .. "：記載のない事業数", unit = "事業", kind = "process", better = "lower",
    value = difference(projects:rows(), projects { [column] = { true, false } }:rows()) }
end

indicator { id = "fund.projects", name = "事業数", unit = "事業", kind = "structure", value = projects:rows() }
indicator { id = "fund.projects.several_years", name = "複数年にわたる事業数", unit = "事業", kind = "structure", value = projects { years = from(2) }:rows() }
for _, state in ipairs { { "completed", "完了" }, { "running", "実施中" }, { "not_begun", "未着手" } } do
  indicator { id = "fund.projects." .. state[1], name = "実施状況が「" .. state[2] .. "」の事業数", unit = "事業", kind = "process",
    value = projects { state = state[2] }:rows() }
end
yes("fund.opinions.share", "関係者の意見を聴いた事業の割合", "opinions")
yes("fund.evaluated.share", "事後評価をした事業の割合", "evaluated")
