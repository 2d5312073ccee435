-- SPDX-License-Identifier: MIT
-- 在宅医療・介護連携推進事業（ア〜ク）を実施しているか
facts_table { id = "cooperation_projects", label = "在宅医療・介護連携推進事業", columns = {
  { "a", "bool", label = "（ア）地域の医療・介護の資源の把握" },
  { "b", "bool", label = "（イ）在宅医療・介護連携の課題の抽出と対応策の検討" },
  { "c", "bool", label = "（ウ）切れ目のない在宅医療と介護の提供体制の構築推進" },
  { "d", "bool", label = "（エ）医療・介護関係者の情報共有の支援" },
  { "e", "bool", label = "（オ）在宅医療・介護連携に関する相談支援" },
  { "f", "bool", label = "（カ）医療・介護関係者の研修" },
  { "g", "bool", label = "（キ）地域住民への普及啓発" },
  { "h", "bool", label = "（ク）在宅医療・介護連携に関する関係市町村の連携" },
} }
