-- SPDX-License-Identifier: MIT
-- 目標が設定されているか。計画の期間を通して、どの年度の目標でもよい。
local slides = "在宅医療・介護連携推進に関する資料（参考資料003）39～46枚目 第7次医療計画における在宅医療の４機能に関する目標設定の状況"
local plans = { { "medical7", "第7次医療計画", "2018-04..2024-03" }, { "medical8", "第8次医療計画", "2024-04..2030-03" } }
local stages = { { "discharge", "退院支援" }, { "daily", "日常の療養支援" }, { "emergency", "急変時の対応" }, { "end_of_life", "看取り" } }

for _, plan in ipairs(plans) do
  for _, stage in ipairs(stages) do
    indicator { id = "targets." .. plan[1] .. "." .. stage[1] .. ".prefectures", unit = "都道府県", period = plan[3],
      name = plan[2] .. "で「" .. stage[2] .. "」の目標を設定した都道府県数", stages = stage[2], kind = "structure",
      value = targets { plan = plan[1], stage = stage[2], set = true }:areas { set = "prefecture" },
      definition = "その段階の指標に目標を一つ以上設定した都道府県の数。推計値と「設定なし」は数えない。段階は指標の定義による。",
      references = slides }
  end
  indicator { id = "targets." .. plan[1] .. ".not_set.explained", unit = "件", period = plan[3], kind = "structure",
    name = plan[2] .. "で設定していない目標のうち、理由の書かれた都道府県数",
    value = targets { plan = plan[1], kind = "not_set", explained = true }:areas { set = "prefecture" },
    definition = "「設定なし」の目標に理由が書かれている都道府県の数。", references = slides }
end
