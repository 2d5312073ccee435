#!/bin/sh
# SPDX-License-Identifier: MIT
# The packs of scores and of the fund: their own examples (figures reckoned by hand), their example
# projects, and the published use of data through the most frequent answer.
. "${srcdir:-.}/tests/cli/lib.sh"

# value INDICATOR AREA COLUMN TEXT: a column of the values of $p.
value() {
  got=$(awk -F, -v i="$1" -v a="$2" -v c="$3" '$2 == i && $5 == a { print $c }' "$p/values.csv")
  [ "$got" = "$4" ] && return 0
  echo "FAIL: $1 in $2: '$got', expected '$4'"
  failures=$((failures + 1))
}
header() { head -n 1 "$p/values.csv" | tr ',' '\n' | grep -nx "$1" | cut -d: -f1; }

for pack in scores fund; do
  from=$srcdir/indicators/$pack
  p=$work/$pack
  mkdir "$p"
  cp -r "$from/data" "$p/data"
  chmod -R u+w "$p"
  cp "$p/data/project.lua" "$p/project.lua"
  expect 0 test --complete "$from" && says out " 0 failed"
  expect 0 -p "$p" import
  grep -F warning "$work/err" && { echo "FAIL: $pack: warnings at import"; failures=1; }
  expect 0 -p "$p" run
  shihyo -p "$p" show --format csv >"$p/values.csv"
done

p=$work/scores
value=$(header value) state=$(header state) judgement=$(header judgement)
# 65, 35, 65 and 0 points, as in the pack's example; the shares add up to 19 billion yen.
value incentive.municipality.total 29201 "$value" 65
value incentive.municipality.total 29203 "$value" 35
value incentive.municipality.grade 29203 "$judgement" B
value incentive.municipality.total 29 "$state" not_applicable
value incentive.municipality.grant 29201 "$value" 7484849000
value incentive.municipality.grant 29205 "$value" 7484848000
sum=$(awk -F, -v c="$value" '$2 == "incentive.municipality.grant" { s += $c } END { printf "%.0f", s }' "$p/values.csv")
[ "$sum" = 19000000000 ] || { echo "FAIL: the shares add up to $sum"; failures=1; }
# 12, 9, 9 and 5 per cent: the second place is held by two.
value incentive.family.gathering 29205 "$value" 5
value incentive.family.total 29203 "$value" 10
# The other prefectures have no score, so nothing is shared among them.
value incentive.prefecture.total 29 "$value" 30
value incentive.prefecture.grant 29 "$state" not_computable
# Two of three areas say "not shown"; of three different answers the first in the list.
value data_use.bed_report.answer 29 "$judgement" 提示し按分には活用せず
value data_use.kdb.answer 29 "$judgement" 提示し按分にも活用
expect 0 -p "$p" show incentive.municipality.grade
says out 'FY2019      C'
# The calculation is shown as it would be written down: 65 points of eight items.
expect 0 -p "$p" explain incentive.municipality.total --area 29201
says out '= 10 + 5 + 10 + 10 + 10 + 10 + 5 + 5'

p=$work/fund
value fund.cost 29 "$value" 72000
value fund.use.training 29 "$value" 50
value fund.goals.without_improvement 29 "$value" 2
value fund.evaluated.unknown 29 "$value" 1

# [003] 今後の医療計画の見直し等 資料, page 14, データの活用状況: 28, 7 and 12 prefectures for the patient
# survey, 13, 8 and 26 for the bed-function report, 6, 7 and 34 for the KDB, each 47.
p=$work/published
mkdir "$p"
cat >"$p/project.lua" <<END
return { prefecture = "00", packs = { "scores" }, area_sets = { "nation" }, sources = {
  { name = "data_use", plugin = "facts", options = { files = "$srcdir/indicators/standard/data/data_use.csv",
    layout = "$srcdir/indicators/standard/layouts/data_use.lua" } } } }
END
expect 0 -p "$p" import
expect 0 -p "$p" run
shihyo -p "$p" show --format csv >"$p/values.csv"
use() { # DATA, then used, shown, not shown
  value "data_use.$1.used" 00 "$value" "$2"
  value "data_use.$1.shown" 00 "$value" "$3"
  value "data_use.$1.not_shown" 00 "$value" "$4"
  [ $(($2 + $3 + $4)) = 47 ] || failures=1
}
use patient_survey 28 7 12
use bed_report 13 8 26
use kdb 6 7 34

finish
