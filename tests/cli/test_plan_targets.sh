#!/bin/sh
# SPDX-License-Identifier: MIT
# Targets as data: what was set by `shihyo targets set` is counted by indicators, held against the
# run before. Expected figures are reckoned by hand.
. "${srcdir:-.}/tests/cli/lib.sh"
. "${srcdir:-.}/tests/cli/small.sh"

small_project
cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "./pack", "plan_targets" }, area_sets = { "municipality", "prefecture" }, sources = {
  { name = "a", plugin = "facts", options = { table = "a", files = "a.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "period", from = "year", fiscal = true },
    { name = "held", from = "held", type = "int" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "areas.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "name", from = "name" } },
    constants = { area_set = "municipality" } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "areas.csv", columns = {
    { name = "member", from = "area" }, { name = "area", from = "area", take = "1-2" } },
    constants = { area_set = "prefecture", member_set = "municipality" } } } } }
LUA
printf 'area,year,held\n29201,2017,100\n29201,2023,130\n29202,2017,50\n29202,2023,50\n29203,2017,30\n29203,2023,29\n' >"$p/a.csv"
cat >"$p/t.csv" <<'CSV'
計画,指標,圏域の種類,地域コード,種類,策定時,策定時の年度,目標年度,目標値,改善の方向性
medical7,t.sum,市町村,29201,値,100,FY2017,FY2020,120,研修を増やす
medical7,t.sum,市町村,29201,値,,,R5年度,140,
medical7,t.sum,市町村,29202,現状維持,50,FY2017,FY2023,,
medical7,t.sum,市町村,29203,増加,30,FY2017,FY2023,,
CSV

# value ID AREA PERIOD
value() {
  shihyo -p "$p" show "$1" --format csv |
    awk -F, -v a="$2" -v p="$3" '$5 == a && $7 == p { print $12 " " $18 }'
}
is() {
  got=$(value "$1" "$2" "$3")
  [ "$got" = "$4" ] && return 0
  echo "FAIL: $1 in $2, $3: '$got', expected '$4'"
  failures=$((failures + 1))
}

expect 0 -p "$p" import
# Without targets no source can answer; with them, but without a run before, nothing has come yet.
expect 12 -p "$p" run targets.missed
expect 0 -p "$p" targets set "$p/t.csv"
expect 0 -p "$p" run
is targets.missed 29 FY2023 "0 ok"
is targets.figure.share 29203 FY2023 "0 ok"

# The second run holds the targets against the first: 130 of 140 missed, 50 kept, 29 below 30.
expect 0 -p "$p" run
is targets.missed 29201 FY2023 "1 ok"
is targets.missed 29202 FY2023 "0 ok"
is targets.missed 29 FY2023 "2 ok"
is targets.missed.without_improvement 29201 FY2023 "0 ok"
is targets.missed.without_improvement 29203 FY2023 "1 ok"
is targets.missed.without_improvement 29 FY2023 "1 ok"
is targets.reached.share 29202 FY2023 "100 ok"
is targets.figure.share 29 FY2020 "100 ok"
is targets.medical7.daily.prefectures 00 2018-04..2024-03 ""
shihyo -p "$p" show targets.missed --format csv >"$work/csv"
awk -F, 'NR > 1 && $22 != "targets" { bad = 1 } END { exit bad }' "$work/csv" || {
  echo "FAIL: the source is not named"; cut -d, -f22 "$work/csv" | sort -u; failures=1; }
expect 0 -p "$p" doctor

finish
