#!/bin/sh
# SPDX-License-Identifier: MIT
# What differs between two runs, with its cause: data, definition, areas, populations; and a run
# against a published table. Expected figures by hand from the rows given.
. "${srcdir:-.}/tests/cli/lib.sh"
. "${srcdir:-.}/tests/cli/small.sh"

small_project
cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "./pack" }, area_sets = { "municipality", "secondary" }, sources = {
  { name = "a", plugin = "facts", options = { table = "a", files = "a.csv", columns = {
    { name = "area", from = "area", level = "municipality" },
    { name = "held", from = "held", type = "int" } }, constants = { period = "FY2023" } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "areas.csv", columns = {
    { name = "area_set", from = "set" }, { name = "area", from = "area" }, { name = "name", from = "name" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "members.csv", columns = {
    { name = "member", from = "area", level = "municipality" }, { name = "area", from = "parent", level = "secondary" } },
    constants = { area_set = "secondary", member_set = "municipality" } } },
  { name = "people", plugin = "facts", options = { contract = "population", files = "people.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "value", from = "n", type = "int" } },
    constants = { area_set = "municipality", period = "2023-10-01", sex = "both", age_from = 0, projection = false } } } } }
LUA
cat >"$p/pack/i.lua" <<'LUA'
local t = facts_table { id = "a", label = "表", columns = { { "held", "int", unit = "回" } } }
indicator { id = "t.sum", name = "回数", unit = "回", kind = "structure", value = t:sum("held"), by = areas.of "none",
  rates = { per(1000, population {}) } }
indicator { id = "t.rows", name = "件数", unit = "件", kind = "structure", value = t:rows(), by = areas.of "none" }
LUA
cat >"$p/areas.csv" <<'CSV'
set,area,name
municipality,29201,奈良市
municipality,29202,大和高田市
municipality,29203,大和郡山市
secondary,2901,北
secondary,2902,南
CSV
printf 'area,parent\n29201,2901\n29202,2902\n29203,2902\n' >"$p/members.csv"
printf 'area,n\n29201,1000\n29202,2000\n29203,500\n' >"$p/people.csv"
expect 0 -p "$p" import
expect 2 -p "$p" diff && says err "SHY-1910"
expect 0 -p "$p" run
expect 2 -p "$p" diff && says err "There is one run only"

# line ID SET AREA MEASURE: change, before, after, difference, percent, causes.
line() {
  expect 0 -p "$p" diff --format csv
  awk -F, -v i="$1" -v s="$2" -v a="$3" -v m="$4" \
    '$1 == i && $3 == s && $4 == a && $7 == m { print $9, $10, $11, $12, $13, $17 }' "$work/out"
}

# Nothing is different: nothing differs.
expect 0 -p "$p" run
expect 0 -p "$p" diff && says out "0 differ, 0 are new, 0 are gone"
is "$(wc -l <"$work/out" | tr -d ' ')" 2 "lines where nothing differs"

# Data: 29201 from 3 to 5; the secondary area and the rate follow, 29202 stays.
printf 'area,held\n29201,5\n29202,4\n29203,5\n' >"$p/a.csv"
expect 0 -p "$p" import
expect 0 -p "$p" run
is "$(line t.sum municipality 29201 count)" "changed 3 5 2 66.66666666666667 data" "more was held"
is "$(line t.sum municipality 29201 rate:1000:all)" "changed 3 5 2 66.66666666666667 data" "its rate"
is "$(line t.sum secondary 2901 count)" "changed 3 5 2 66.66666666666667 data" "its area"
is "$(line t.sum municipality 29202 count)" "" "what stayed"
expect 0 -p "$p" diff && says out "delivered anew" && says out "+66.7%"
expect 0 -p "$p" diff t.rows && says out "0 differ"

# Populations: rates alone.
printf 'area,n\n29201,1000\n29202,1000\n29203,500\n' >"$p/people.csv"
expect 0 -p "$p" import
expect 0 -p "$p" run
is "$(line t.sum municipality 29202 rate:1000:all)" "changed 2 4 2 100 population" "half the people"
is "$(line t.sum municipality 29202 count)" "" "its count"

# Areas: 29203 goes to the other secondary area.
printf 'area,parent\n29201,2901\n29202,2902\n29203,2901\n' >"$p/members.csv"
expect 0 -p "$p" import
expect 0 -p "$p" run
is "$(line t.sum secondary 2901 count)" "changed 5 10 5 100 areas" "an area that took one in"
is "$(line t.sum secondary 2902 count)" "changed 9 4 -5 -55.55555555555556 areas" "and one that gave"
is "$(line t.sum municipality 29203 count)" "" "the municipality itself"

# Definition, and indicators that came and went.
cat >"$p/pack/i.lua" <<'LUA'
local t = facts_table { id = "a", label = "表", columns = { { "held", "int", unit = "回" } } }
indicator { id = "t.sum", name = "回数", unit = "回", kind = "structure", value = t { held = from(5) }:sum("held"), by = areas.of "none",
  rates = { per(1000, population {}) } }
indicator { id = "t.new", name = "新", unit = "件", kind = "structure", value = t:rows(), by = areas.of "none" }
LUA
expect 0 -p "$p" run
is "$(line t.sum municipality 29202 count)" "changed 4    definition" "another definition"
is "$(line t.new municipality 29202 count)" "added  1   " "a new indicator"
is "$(line t.rows municipality 29202 count)" "removed 1    " "one that is gone"
expect 0 -p "$p" diff 2 5 --json && says out '"before": 2'
expect 0 -p "$p" diff 1 2 && says out "0 differ"
expect 2 -p "$p" diff 1 99 && says err "SHY-1910"
expect 2 -p "$p" diff t.som && says err "t.sum"

# Against a published table: to the digits it shows; signs are states; what it leaves out is no matter.
printf 'indicator,area_set,area_code,period,measure,value\nt.sum,municipality,29201,令和5年度,,5\nt.sum,municipality,29203,FY2023,rate:1000:all,10.0\nt.sum,municipality,29202,FY2023,,*\nt.sum,municipality,29209,FY2023,,4\n' >"$p/pub.csv"
expect 0 -p "$p" diff --against "$p/pub.csv" --format csv && says out "t.sum,回数,municipality,29202" &&
  says out "masked,missing" && says out "t.sum,,municipality,29209,,FY2023,count,,removed,4"
is "$(wc -l <"$work/out" | tr -d ' ')" 3 "what differs from the published table"
expect 0 -p "$p" diff --against "$p/pub.csv" && says out "2 values are the same, 1 differ, 0 are new, 1 are gone"
printf 'indicator,area_set,area_code,period,value\nt.sum,municipality,29201,FY2023,four\n' >"$p/pub.csv"
expect 11 -p "$p" diff --against "$p/pub.csv" && says err "SHY-1220" && says err "pub.csv:2"
printf 'indicator,area_set,area_code,value\n' >"$p/pub.csv"
expect 11 -p "$p" diff --against "$p/pub.csv" && says err "SHY-1230"
printf 'indicator,area_set,area_code,period,value\nt.sum,municipality,29201,FY2023,5\nt.sum,municipality,29201,R5年度,5\n' >"$p/pub.csv"
expect 11 -p "$p" diff --against "$p/pub.csv" && says err "twice"
# What show prints agrees with the run it was printed from.
shihyo -p "$p" show 1 --format csv >"$p/one.csv"
expect 0 -p "$p" diff --against "$p/one.csv" 1 && says out "0 differ, 0 are new, 0 are gone"
finish
