#!/bin/sh
# SPDX-License-Identifier: MIT
# Targets of a plan through the whole command: setting a table, what is refused, evaluation year by
# year, grades, what a changed definition does, carrying over. Expected figures are reckoned by hand
# from docs/targets.md.
. "${srcdir:-.}/tests/cli/lib.sh"
. "${srcdir:-.}/tests/cli/small.sh"

small_project
cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "./pack" }, area_sets = { "municipality" },
  plans = { { id = "fund2020", name = "令和2年度県計画", first = 2020, last = 2020 } }, sources = {
  { name = "a", plugin = "facts", options = { table = "a", files = "a.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "period", from = "year", fiscal = true },
    { name = "held", from = "held", type = "int" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "areas.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "name", from = "name" } },
    constants = { area_set = "municipality" } } } } }
LUA
printf 'area,year,held\n29201,2017,100\n29201,2019,110\n29202,2017,50\n29202,2019,50\n29203,2017,30\n29203,2019,20\n' >"$p/a.csv"

table() { # ROW…: the table of the seventh medical plan
  printf '計画,指標,圏域の種類,地域コード,種類,策定時,策定時の年度,目標年度,目標値,施策,改善の方向性\n' >"$p/t.csv"
  for row; do printf 'medical7,%s\n' "$row" >>"$p/t.csv"; done
}

# Nothing is set while anything is wrong; everything wrong is told at once.
table 't.som,市町村,29201,値,100,FY2017,FY2020,120,,' 't.sum,市町村,29209,値,100,FY2017,FY2020,120,,' \
  't.sum,市町村,29201,値,100,FY2020,FY2020,120,,'
expect 11 -p "$p" targets set "$p/t.csv" && says err "SHY-2006" && says err "SHY-2004" && says err "baseline's, FY2020"
table 't.som,市町村,29201,値,100,FY2017,FY2020,120,,' 't.sum,市町村,29209,値,100,FY2017,FY2020,120,,'
expect 0 -p "$p" import
expect 11 -p "$p" targets set "$p/t.csv" && says err "SHY-2004" && says err "Did you mean 't.sum'" &&
  says err "SHY-2005" && says err "t.csv:3"
table 't.sum,市町村,13101,値,100,FY2017,FY2020,120,,'
expect 11 -p "$p" targets set "$p/t.csv" && says err "It has 3 areas, from 29201 to 29203."
expect 2 -p "$p" targets evaluate medical7 && says err "SHY-2008"

# Before the first run a baseline is what the table says; afterwards a year is enough.
table 't.sum,市町村,29201,値,100,FY2017,FY2020,120,訪問診療,研修を増やす' 't.sum,市町村,29201,,,,R5年度,140,,' \
  't.sum,市町村,29202,現状維持,,FY2017,FY2023,,訪問診療,' 't.sum,市町村,29203,増加,,FY2017,FY2023,,訪問診療,'
expect 11 -p "$p" targets set "$p/t.csv" && says err "needs a baseline"
table 't.sum,市町村,29201,値,100,FY2017,FY2020,120,訪問診療,研修を増やす' 't.sum,市町村,29201,値,,,R5年度,140,,' \
  't.sum,市町村,29202,現状維持,50,FY2017,FY2023,,訪問診療,' 't.sum,市町村,29203,増加,30,FY2017,FY2023,,訪問診療,'
expect 0 -p "$p" targets set "$p/t.csv" && says err "3 targets, now in force as table 1"
expect 0 -p "$p" targets set "$p/t.csv" && says err "nothing new"
expect 2 -p "$p" targets evaluate medical7 && says err "SHY-1910" # no run yet
expect 2 -p "$p" targets evaluate medical9 && says err "Did you mean 'medical7'"

# standing AREA PERIOD: progress, grade and rate of achievement of a line.
standing() {
  awk -F, -v a="$1" -v y="$2" '$6 == a && $14 == y { print $24, $26, $23 }' "$work/out"
}

# FY2019: the line from 100 (FY2017) to 120 (FY2020) stands at 113.33; 110 is behind, and 10 % above
# the baseline an improvement. The next point counts in the group's grade.
expect 0 -p "$p" run
expect 0 -p "$p" targets evaluate medical7 --format csv
is "$(standing 29201 FY2020)" "behind B* 0.5" "29201 at its first point"
is "$(standing 29201 FY2023)" "behind B* 0.25" "29201 at its second point"
is "$(standing 29202 FY2023)" "on_track A " "29202 stays as it is"
is "$(standing 29203 FY2023)" "worse D " "29203 has fallen"
expect 0 -p "$p" targets evaluate medical7 && says out "Graded together" && says out "訪問診療  B* (1)"

# FY2023: 130 is reached of 140; the target is missed and says what will be done, that of 29203
# does not.
printf '29201,2023,130\n29202,2023,50\n29203,2023,29\n' >>"$p/a.csv"
expect 0 -p "$p" import
expect 0 -p "$p" run
expect 0 -p "$p" targets evaluate medical7 --format csv && says err "SHY-2010" && says err "29203"
is "$(grep -c SHY-2010 "$work/err")" 1 "missed targets without a direction of improvement"
is "$(standing 29201 FY2020)" "achieved A 1.5" "29201, first point, four years later"
is "$(standing 29201 FY2023)" "behind B* 0.75" "29201 missed"
is "$(standing 29202 FY2023)" "achieved A " "29202 kept"
is "$(standing 29203 FY2023)" "worse C " "29203: less than 5 % is no change"
expect 0 -p "$p" targets evaluate medical7 --format csv --unchanged 0
is "$(standing 29203 FY2023)" "worse D " "29203: every change is one"
expect 0 -p "$p" targets evaluate medical7 --format csv --until FY2019
is "$(standing 29201 FY2020)" "behind B* 0.5" "values up to FY2019 only"

# The next plan takes on the ten that are lacking; what has no number to add to is told.
printf '計画,指標,圏域の種類,地域コード,種類,策定時の年度,目標年度,目標値\nmedical8,t.sum,市町村,29201,値,FY2023,FY2029,150\n' >"$p/t8.csv"
expect 0 -p "$p" targets set "$p/t8.csv" && says err "1 baselines taken from the latest run"
expect 2 -p "$p" targets carry-over medical7 medical8 && says err "needs a reason"
expect 0 -p "$p" targets carry-over medical7 medical8 --reason 感染症のため &&
  says err "1 targets take on what was not reached" && says err "SHY-2009"
expect 0 -p "$p" targets list medical8
is "$(sed -n 2p "$work/out" | cut -d, -f9,13,21-23)" "130,150,medical7,10,感染症のため" "what is carried over"
# Doing it again adds nothing; the list, set again, says the same.
expect 0 -p "$p" targets carry-over medical7 medical8 --reason 感染症のため && says err "nothing new"
shihyo -p "$p" targets list medical8 >"$p/again.csv"
expect 0 -p "$p" targets set "$p/again.csv" && says err "nothing new"
printf '29201,2029,159\n' >>"$p/a.csv"
expect 0 -p "$p" import
expect 0 -p "$p" run
expect 0 -p "$p" targets evaluate medical8 --format csv
is "$(standing 29201 FY2029)" "behind B* 0.9666666666666667" "159 of 160, from 130"
expect 0 -p "$p" targets list && says out "medical8  3" && says out "(in force)"
expect 0 -p "$p" targets evaluate medical8 --json && says out '"goal": "160"'

# Where a new series begins after the baseline (FY2023) nothing is compared.
cp "$p/pack/i.lua" "$work/i.lua"
sed '/^indicator/s/unit = "回"/unit = "回", breaks = "令和6年度"/' "$work/i.lua" >"$p/pack/i.lua"
expect 0 -p "$p" run
sed 's/medical8/care9/; s/FY2029/FY2026/' "$p/t8.csv" >"$p/care9.csv"
expect 0 -p "$p" targets set "$p/care9.csv"
expect 0 -p "$p" targets evaluate care9 --format csv && says out series_break
is "$(standing 29201 FY2026)" "cannot E " "a new series"
cp "$work/i.lua" "$p/pack/i.lua"

# With another definition nothing is compared either, though the table is set again with a note.
cat >"$p/pack/i.lua" <<'LUA'
local t = facts_table { id = "a", label = "表", columns = { { "held", "int", unit = "回" } } }
indicator { id = "t.sum", name = "回数", unit = "回", kind = "structure", value = t { held = from(2) }:sum("held"), by = areas.of "none" }
LUA
expect 0 -p "$p" run
expect 0 -p "$p" targets evaluate medical8 --format csv
is "$(standing 29201 FY2029)" "cannot E " "another definition"
says out definition_changed
sed 's/,,medical7,10,/備考,,medical7,10,/' "$p/again.csv" >"$p/noted.csv"
expect 0 -p "$p" targets set "$p/noted.csv" && says err "1 targets, now in force"
expect 0 -p "$p" targets evaluate medical8 --format csv && says out definition_changed

# Plans of the project, and what is not one.
sed 's/medical8/fund2020/; s/FY2029/FY2020/; s/FY2023/FY2019/' "$p/t8.csv" >"$p/fund.csv"
expect 0 -p "$p" targets set "$p/fund.csv"
sed 's/medical8/fund2021/' "$p/t8.csv" >"$p/fund.csv"
expect 2 -p "$p" targets set "$p/fund.csv" && says err "SHY-2007" && says err "Did you mean 'fund2020'"

# Lua says the same.
cat >"$p/t.lua" <<'LUA'
return { { plan = "medical7", indicator = "t.sum", area_set = "municipality", area = "29201", kind = "value",
  baseline = 100, baseline_period = "FY2017", points = { { "FY2020", 120 }, { "FY2023", 140 } } } }
LUA
expect 0 -p "$p" targets set "$p/t.lua" && says err "1 targets, now in force"
printf 'return { plan = "medical7" }' >"$p/t.lua"
expect 11 -p "$p" targets set "$p/t.lua" && says err "SHY-2001"
# The page's example, with the pack it speaks of.
awk '/^```lua/ { on = 1; next } /^```/ { on = 0 } on' "$srcdir/docs/targets.md" >"$p/page.lua"
sed -i 's|packs = { "./pack" }|packs = { "sample_prefecture" }|; s|"municipality" },$|"municipality", "prefecture" },|' "$p/project.lua"
rm "$p/claims.store"
expect 0 -p "$p" targets set "$p/page.lua" && says err "1 targets, now in force"
expect 2 -p "$p" targets sett && says err "Did you mean 'set'"
finish
