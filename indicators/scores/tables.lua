-- SPDX-License-Identifier: MIT
-- 調査項目への回答（市町村分・都道府県分）と、加算の取得件数
facts_table { id = "incentive_municipality", label = "保険者機能強化推進交付金（市町村分）の回答", columns = {
  { "item", "code", label = "項目", key = true }, { "level", "code", label = "段階（ア・イ・実施・なし）" } } }
facts_table { id = "incentive_prefecture", label = "保険者機能強化推進交付金（都道府県分）の回答", columns = {
  { "item", "code", label = "項目（ア〜シ）", key = true }, { "done", "bool", label = "該当" } } }
facts_table { id = "coordination_fees", label = "居宅介護支援の加算の取得", columns = {
  { "recipients", "int", unit = "人", label = "居宅介護支援の受給者" },
  { "admission", "int", unit = "人", label = "入院時情報連携加算" },
  { "discharge", "int", unit = "人", label = "退院・退所加算" } } }
facts_table { id = "incentive_families", label = "主な評価指標の実績", columns = {
  { "gathering", "int", unit = "人", label = "通いの場の参加者（65歳以上）" }, { "aged", "int", unit = "人", label = "65歳以上人口" },
  { "cases", "int", unit = "件", label = "個別事例の検討件数" }, { "recipients", "int", unit = "人", label = "受給者" },
  { "worsened", "int", unit = "人", label = "要介護度が重くなった人" }, { "certified", "int", unit = "人", label = "期間の初めの認定者" } } }
