-- 都道府県への調査の公表された集計（標準パックの data/plan_survey.csv）
-- facts.plan_survey: published counts of what prefectures answered; the standard pack's own transcription.
return {
  table     = "plan_survey",
  label     = "都道府県への調査",
  columns   = {
    { name = "question",    from = "問い", key = true },
    { name = "answer",      from = "回答", key = true },
    { name = "form",        from = "回答の形" },
    { name = "number",      from = "数", type = "int", unit = "件" },
    { name = "respondents", from = "有効回答", type = "int", unit = "件" },
  },
  constants = { area_set = "nation", area = "00", period = "FY2018" },
}
