-- SPDX-License-Identifier: MIT
-- 都道府県は何を設定し、何を議論したか（公表された集計。data/plan_survey.csv）
local survey = facts_table {
  id      = "plan_survey",
  label   = "都道府県への調査",
  columns = {
    { "question",    "code", label = "問い", key = true },
    { "answer",      "code", label = "回答", key = true },
    { "form",        "code", label = "回答の形" },
    { "number",      "int", unit = "件", label = "数" },
    { "respondents", "int", unit = "件", label = "有効回答" },
  },
}
local sources = { "在宅医療の現状について、第7次医療計画における目標設定の状況（厚生労働省医政局調べ）",
                  "平成28年度在宅医療・介護連携推進事業実施状況調査" }

cross_table {
  id         = "plan_survey.answers",
  title      = "都道府県・構想区域の回答（一つを選ぶ問い）",
  kind       = "structure",
  unit       = "件",
  rows       = { dim("問い", survey.question), dim("回答", survey.answer):with_total("合計") },
  value      = survey { form = "単一回答" }:sum "number",
  definition = "一つだけ選ぶ問いの回答数。合計は有効回答の数に等しい。",
  references = sources,
}

cross_table {
  id         = "plan_survey.shares",
  title      = "都道府県・構想区域の回答の割合",
  kind       = "structure",
  rows       = { dim("問い", survey.question), dim("回答", survey.answer) },
  columns    = {
    { "数", survey:sum "number", unit = "件" },
    { "割合", percent(survey:sum "number", survey:sum "respondents"), unit = "%" },
  },
  definition = "有効回答に占める割合。複数を選ぶ問いでは足して100%にならない。",
  caveats    = { "市町村支援の数は、印刷された割合と47都道府県から戻したもの" },
  references = sources,
}
