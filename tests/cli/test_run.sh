#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs of a small project: what a value's provenance names, indicators that use others, sources
# that were renamed. Expected figures are added by hand from the rows given.
. "${srcdir:-.}/tests/cli/lib.sh"
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
# project FOLDER NAME: three municipalities of Nara, their cases (source NAME), their populations.
project() {
  mkdir -p "$1/data" "$1/pack"
  printf '地域,年度,件数\n29201,2022,10\n29202,2022,7\n29203,2022,5\n' >"$1/data/a.csv"
  printf '設定,地域,名称\nmunicipality,29201,奈良市\nmunicipality,29202,大和高田市\nmunicipality,29203,大和郡山市\n' \
    >"$1/data/areas.csv"
  printf '地域,人口\n29201,100\n29202,200\n29203,400\n' >"$1/data/people.csv"
  cat >"$1/pack/pack.lua" <<'LUA'
return { id = "t", version = "1.0.0", api = 1, name = "試験", publisher = "x", licence = "MIT" }
LUA
  cat >"$1/pack/a.lua" <<'LUA'
local acp = facts_table { id = "acp", label = "ACP", columns = { { "cases", "int", unit = "件", label = "件数" } } }
indicator { id = "t.cases", name = "件数", unit = "件", value = acp:sum("cases"), by = areas.of "none",
  rates = { per(1000, population {}) } }
indicator { id = "t.rank", name = "順位", unit = "位", value = value_of "t.cases":rank {}, by = areas.of "none" }
LUA
  named "$1" "$2"
}
# named FOLDER NAME: project.lua with the cases under that name.
named() {
  cat >"$1/project.lua" <<LUA
local cases = { name = "$2", plugin = "facts", options = { files = "data/a.csv", table = "acp", columns = {
  { name = "area", from = "地域", level = "municipality" }, { name = "period", from = "年度", fiscal = true },
  { name = "cases", from = "件数", type = "int", unit = "件" } } } }
local areas = { name = "areas", plugin = "facts", options = { files = "data/areas.csv", contract = "areas", columns = {
  { name = "area_set", from = "設定", type = "area_set" }, { name = "area", from = "地域", level = "municipality" },
  { name = "name", from = "名称", type = "text" } } } }
local people = { name = "people", plugin = "facts", options = { files = "data/people.csv", contract = "population",
  columns = { { name = "area", from = "地域", level = "municipality" }, { name = "value", from = "人口", type = "int" } },
  constants = { area_set = "municipality", period = "2022-10-01", sex = "both", age_from = 0, projection = false } } }
return { prefecture = "29", packs = { "./pack" }, area_sets = { "municipality", "prefecture" }, ${3:-sources = { cases, areas, people\}} }
LUA
}
# value PROJECT ID AREA MEASURE WANTED: one value of the latest run.
value() {
  got=$(shihyo -p "$1" show "$2" --format csv | awk -F, -v a="$3" -v m="$4" '$5 == a && $8 == m { print $12 }')
  [ "$got" = "$5" ] && return
  echo "FAIL: $2 of $3, $4: '$got', expected '$5'"
  failures=$((failures + 1))
}
# sql FILE STATEMENT: its rows, columns parted by |.
sql() {
  python3 -c 'import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    for row in db.execute(sys.argv[2]):
        print("|".join("" if v is None else str(v) for v in row))' "$1" "$2"
}
# asks PROJECT SQL WANTED: what project.db answers.
asks() {
  got=$(sql "$1/project.db" "$2")
  [ "$got" = "$3" ] && return
  echo "FAIL: $2: '$got', expected '$3'"
  failures=$((failures + 1))
}

p=$work/p
project "$p" cases
expect 0 -p "$p" import
expect 0 -p "$p" run
value "$p" t.cases 29 count 22 # 10 + 7 + 5
value "$p" t.cases 29201 rate:1000:all 100
value "$p" t.rank 29202 count 2
# A rate stands on the populations, every place on the table of areas; `source` cites what is counted.
asks "$p" "SELECT source FROM run_definitions JOIN definitions USING (definition) WHERE indicator = 't.cases'" cases
asks "$p" "SELECT provenance GLOB 'cases:*;people:*;areas:*' FROM run_definitions JOIN definitions USING (definition) WHERE indicator = 't.cases'" 1
# What an indicator uses is its provenance too.
asks "$p" "SELECT provenance GLOB 'cases:*;;areas:*' FROM run_definitions JOIN definitions USING (definition) WHERE indicator = 't.rank'" 1
# The date of the memberships changes values and is recorded.
asks "$p" "SELECT command FROM runs" "run --by municipality --by prefecture # as_of 2025-04-01"

# A run's number alone means all of its values.
shihyo -p "$p" show --format csv >"$work/latest"
shihyo -p "$p" show 1 --format csv >"$work/first"
cmp -s "$work/latest" "$work/first" || { echo "FAIL: show and show 1 differ"; failures=1; }

# Asked for alone, an indicator has the value that it has among all.
shihyo -p "$p" show t.rank --format csv | cut -d, -f2- >"$work/among_all"
expect 0 -p "$p" run t.rank && says err "1 indicators computed (4 values), 0 with errors, 0 without a source"
shihyo -p "$p" show --format csv | cut -d, -f2- >"$work/alone"
same "$work/alone" "$work/among_all"

# A source under another name: its rows are not read until they are imported under that name, and
# then not twice; what the old name delivered is not added to a new edition.
named "$p" kdb
expect 12 -p "$p" run
expect 0 -p "$p" import
expect 0 -p "$p" run
value "$p" t.cases 29 count 22
printf '地域,年度,件数\n29201,2022,11\n29202,2022,7\n29203,2022,5\n' >"$p/data/a.csv"
named "$p" kdb_new
expect 0 -p "$p" import
expect 0 -p "$p" run
value "$p" t.cases 29 count 23 # not 22 + 23
asks "$p" "SELECT group_concat(source) FROM run_sources WHERE run = (SELECT max(run) FROM runs)" areas,people,kdb_new

# A report that cannot be made leaves the file that stands under its name.
expect 0 -p "$p" report -o "$work/report.csv"
cp "$work/report.csv" "$work/yesterday.csv"
expect 2 -p "$p" report --encoding ebcdic -o "$work/report.csv"
shihyo -p "$p" report 999 -o "$work/report.csv" 2>/dev/null && echo "FAIL: there is no run 999" && failures=1
same "$work/report.csv" "$work/yesterday.csv"

# Damage is said on the line of what is damaged, not only at the end.
sql "$p/claims.store" "UPDATE chunks SET checksum = checksum + 1"
shihyo -p "$p" doctor >"$work/out" 2>"$work/err"
says out "NG  store: every chunk read" && says out "ok  results"
# Two sources that give the same figure: adding both would count it twice.
d=$work/d
project "$d" cases
printf '地域,人口\n29201,111\n' >"$d/data/census.csv"
named "$d" cases 'sources = { cases, areas, people, { name = "census", plugin = "facts", options = { files = "data/census.csv",
  contract = "population", columns = people.options.columns, constants = people.options.constants } } }'
expect 0 -p "$d" import
expect 11 -p "$d" run && says err "SHY-1406" && says err "area=29201" && says err "people" && says err "census"
[ ! -e "$d/project.db" ] || { echo "FAIL: a run was kept"; failures=1; }
finish
