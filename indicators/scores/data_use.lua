-- SPDX-License-Identifier: MIT
-- T7: 二次医療圏ごとの回答を、都道府県の最も多い選択肢に集約する（同数のときは活用の進んだ方）
local use     = facts "data_use"
local answers = { { "used", "提示し按分にも活用" }, { "shown", "提示し按分には活用せず" }, { "not_shown", "提示なし" } }
local page    = "003 データの活用状況（14ページ）"

for _, data in ipairs { { "patient_survey", "患者調査" }, { "bed_report", "病床機能報告" }, { "kdb", "国保データベース(KDB)" } } do
  local choices, id = { ties = "first" }, "data_use." .. data[1]
  for i, answer in ipairs(answers) do
    choices[i] = { answer[2], use { data = data[2], answer = answer[2] }:areas() }
  end
  indicator { id = id .. ".answer", name = data[2] .. "の活用状況（最も多い選択肢）", unit = "選択肢", references = page,
    value = most_frequent(choices), definition = "回答した圏域が最も多い選択肢（1 提示し按分にも活用、2 提示し按分には活用せず、3 提示なし）。同数なら番号の小さい方。" }
  for i, answer in ipairs(answers) do
    indicator { id = id .. "." .. answer[1], name = data[2] .. "を「" .. answer[2] .. "」の都道府県数", unit = "都道府県", references = page,
      value = value_of(id .. ".answer"):over(areas.all "prefecture", { how = "count", from = i, to = i }) }
  end
end
