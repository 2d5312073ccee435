#!/bin/sh
# SPDX-License-Identifier: MIT
# Figures that the ministry's documents print, each with document and page, from files over import and
# run to the value at the rounding of the page. The figures that go in are those of the same page.
#   [000] 重点分野に関する主な取組について (厚生労働省)
#   [003] 在宅医療の体制整備、第7次医療計画の目標設定 (厚生労働省医政局地域医療計画課 講演資料)
#   [004] 在宅医療・介護連携推進事業の推進に向けた今後の取組と都道府県の役割 (平成29年5月11日、
#         東海北陸厚生局管内意見交換会 資料1)
. "${srcdir:-.}/tests/cli/lib.sh"

# printed DECIMALS INDICATOR AREA PERIOD MEASURE DIMENSIONS TEXT: the value of values.csv, rounded.
printed() {
  got=$(awk -F, -v i="$2" -v a="$3" -v p="$4" -v m="$5" -v d="$6" -v n="$1" \
    '$2 == i && $5 == a && $7 == p && $8 == m && $9 == d { printf "%.*f", n, $12 }' "$work/values.csv")
  [ "$got" = "$7" ] && return 0
  echo "FAIL: $2 in $3, $4, $5, '$6': '$got', printed is $7"
  failures=$((failures + 1))
}

# The tables that come with the standard pack.
p=$work/standard
mkdir "$p"
from=$srcdir/indicators/standard
{
  echo 'return { prefecture = "00", packs = { "standard" }, area_sets = { "nation" }, sources = {'
  echo "  { name = \"patients\", plugin = \"patient_survey\", options = { files = \"$from/data/patient_survey/*.csv\" } },"
  for table in data_use project_items project_counts plan_survey; do
    echo "  { name = \"$table\", plugin = \"facts\", options = { files = \"$from/data/$table.csv\", layout = \"$from/layouts/$table.lua\" } },"
  done
  echo '} }'
} >"$p/project.lua"
expect 0 -p "$p" import
expect 0 -p "$p" run discharge.patient_survey data_use.prefectures project.mean_items \
  project.mean_items_by_rate project.municipalities plan_survey.answers plan_survey.shares
shihyo -p "$p" show --format csv >"$work/values.csv"

# [003] 在宅医療の整備目標の設定プロセスについて（患者調査の活用）: home care to care facilities is
# about 1 : 3.
printed 2 discharge.patient_survey 00 2008-09 社会福祉施設を除く "" 3.46
printed 2 discharge.patient_survey 00 2011-09 社会福祉施設を除く "" 3.67
printed 2 discharge.patient_survey 00 2014-09 社会福祉施設を除く "" 3.20

# [003] page 14, データの活用状況: each source has an answer of 47 prefectures.
use() { # DATA, then: shared out by it, shown only, not shown
  total=0
  data=$1
  shift
  for answer in 提示し按分にも活用 提示し按分には活用せず 提示なし; do
    printed 0 data_use.prefectures 00 FY2017 count "データ=$data;活用状況=$answer" "$1"
    total=$((total + got))
    shift
  done
  [ $total = 47 ] || { echo "FAIL: $data: $total prefectures"; failures=$((failures + 1)); }
}
use 患者調査 28 7 12
use 病床機能報告 13 8 26
use '国保データベース(KDB)' 6 7 34

# [000] pages 9 and 10: municipalities by how many of the eight items they run, and how many items
# one runs on average, by the items' rates and by the distribution.
for year in 2016:確定値 '2017:速報値（実施予定に平成30年度内を含む）'; do
  printed 0 project.municipalities 00 "FY${year%%:*}" "${year#*:}" 実施状況=合計 1741
done
printed 2 project.mean_items_by_rate 00 FY2015 平均 "" 2.48
printed 2 project.mean_items_by_rate 00 FY2016 平均 "" 4.19
printed 2 project.mean_items_by_rate 00 FY2017 平均 "" 5.55
printed 2 project.mean_items 00 FY2016 平均 "" 4.19
printed 2 project.mean_items 00 FY2017 平均 "" 5.55

answers() { # QUESTION TOTAL ANSWER=NUMBER…
  question=$1
  sum=$2
  shift 2
  [ "$sum" = - ] || printed 0 plan_survey.answers 00 FY2018 count "問い=$question;回答=合計" "$sum"
  for answer in "$@"; do
    printed 0 plan_survey.shares 00 FY2018 数 "問い=$question;回答=${answer%=*}" "${answer#*=}"
  done
}
# [003] pages 36, 38 and 10: kinds of home-care areas, discussion, and how the negotiations are held.
answers 在宅医療圏の設定 47 地域医療構想区域=37 市町村単位=5 保健所単位=1 郡市区医師会単位=2 その他=2
answers 地域医療構想調整会議での在宅医療の議論 47 議論を行っている=38 今後議論を行う予定=3 今後検討予定=1 議論を行っていない=5
answers 協議の場の持ち方 329 地域医療構想調整会議を活用=167 調整会議以外の既存の会議体を活用=102 新たな会議体を設置=41 その他=19
# [003] page 37: prefectures in which all home-care areas have rules.
answers 退院支援ルールの策定 - 全ての在宅医療圏で策定=15
# [003] page 39: targets by function, and of them those of single items.
answers 4機能の目標設定 - 退院支援=26 日常の療養支援=47 急変時の対応=31 看取り=37 指標例以外=30
answers 目標項目 - 退院支援を実施している診療所・病院数=17 訪問診療を実施している診療所・病院数=39
# [004] 都道府県による市町村支援の実施状況: 89.4, 85.1 and 95.7 % of 47 prefectures.
share() { printed 1 plan_survey.shares 00 FY2018 割合 "問い=$1;回答=$2" "$3"; }
share 市町村支援の実施 市町村の区域をまたぐ医療と介護の連携を促進 89.4
share 市町村支援の実施 市町村職員への研修 85.1
share 市町村支援の課題 指標設定等の事業評価のしにくさ 95.7

# [004] 今後の介護保険をとりまく状況 ④: people of 75 and over in 2015 and 2025 of nine prefectures
# and the nation, their share (<>) and the multiple of 2015. The page has no populations but says
# which projection it is from: 国立社会保障・人口問題研究所, 日本の地域別将来推計人口 (平成25年3月
# 推計), whose table of total populations by prefecture (thousands) gives the last two columns.
p=$work/ageing
mkdir -p "$p/ageing"
cat >"$p/aged.csv" <<'CSV'
都道府県,名称,2015年,2025年,総人口2015年,総人口2025年
11,埼玉県,76.5,117.7,720.6,699.1
12,千葉県,71.7,108.2,619.2,598.7
14,神奈川県,101.6,148.5,914.8,901.0
23,愛知県,81.7,116.6,747.0,734.8
27,大阪府,107.0,152.8,880.8,841.0
13,東京都,147.3,197.7,1334.9,1317.9
46,鹿児島県,26.7,29.5,165.0,152.2
05,秋田県,18.8,20.5,102.3,89.3
06,山形県,19.0,20.7,111.6,100.6
CSV
sed 1q "$p/aged.csv" | sed 's/都道府県/全国/' >"$p/nation.csv"
echo 00,全国,1645.8,2178.6,12659.7,12065.9 >>"$p/nation.csv"
layout() { # FILE SET HEADER COLUMN YEARS
  cat >"$p/$1" <<LUA
return { table = "$4", label = "75歳以上人口", basis = "residence",
  columns = { { name = "area", from = "$3" } },
  constants = { area_set = "$2" },
  unpivot = { into = "people", type = "decimal", scale = 1, unit = "万人", columns = { "$5{period}年" } } }
LUA
}
{
  echo 'return { prefecture = "00", packs = { "./ageing" }, area_sets = { "prefecture", "nation" }, sources = {'
  echo '  { name = "names", plugin = "facts", options = { files = "aged.csv", layout = "names.lua" } },'
  for set in prefecture:都道府県:aged nation:全国:nation; do
    file=${set##*:}
    header=${set#*:}
    layout "$file.aged.lua" "${set%%:*}" "${header%:*}" aged ""
    layout "$file.all.lua" "${set%%:*}" "${header%:*}" everybody 総人口
    for table in aged all; do
      echo "  { name = \"${file}_$table\", plugin = \"facts\", options = { files = \"$file.csv\", layout = \"$file.$table.lua\" } },"
    done
  done
  echo '} }'
} >"$p/project.lua"
cat >"$p/names.lua" <<'LUA'
return { contract = "areas", label = "都道府県", constants = { area_set = "prefecture" },
  columns = { { name = "area", from = "都道府県" }, { name = "name", from = "名称" } } }
LUA
cat >"$p/ageing/pack.lua" <<'LUA'
return { id = "ageing", version = "1.0.0", api = 1, name = "75歳以上人口", publisher = "x", licence = "MIT" }
LUA
cat >"$p/ageing/ageing.lua" <<'LUA'
local function people(id, label)
  return facts_table { id = id, label = label, columns = { { "people", "decimal", scale = 1, unit = "万人", label = label } } }
end
local aged, everybody = people("aged", "75歳以上人口"), people("everybody", "総人口")
indicator { id = "aged.people", name = "75歳以上人口", unit = "万人", decimals = 1, value = aged:sum() }
indicator { id = "aged.share", name = "75歳以上人口の割合", unit = "%", value = percent(aged:sum(), everybody:sum()) }
indicator { id = "aged.multiple", name = "75歳以上人口の2015年に対する倍率", unit = "倍", decimals = 2,
  value = compute { values = { growth = value_of "aged.people":growth { since = "2015" } },
                    fn = function(v) return 1 + v.growth / 100 end } }
LUA
expect 0 -p "$p" import
expect 0 -p "$p" run
shihyo -p "$p" show --format csv >"$work/values.csv"
ageing() { # CODE SHARES MULTIPLE
  printed 1 aged.share "$1" 2015 count "" "$2"
  printed 1 aged.share "$1" 2025 count "" "$3"
  printed 2 aged.multiple "$1" 2025 count "" "$4"
}
ageing 11 10.6 16.8 1.54
ageing 12 11.6 18.1 1.51
ageing 14 11.1 16.5 1.46
ageing 23 10.9 15.9 1.43
ageing 27 12.1 18.2 1.43
ageing 13 11.0 15.0 1.34
ageing 46 16.2 19.4 1.10
ageing 05 18.4 23.0 1.09
ageing 06 17.0 20.6 1.09
ageing 00 13.0 18.1 1.32
finish
