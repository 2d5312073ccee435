#!/bin/sh
# SPDX-License-Identifier: MIT
# Statistics from a table to the printed limits. Expected: Newcombe 1998 (Statistics in Medicine 17:
# 857-872), table I, method 3, printed to four places (81 of 263: .2553 to .3662; 15 of 148: .0624 to
# .1605; 0 of 20: 0 to .1611; 1 of 29: .0061 to .1718); Garwood's limits of small counts as printed in
# Haenszel, Loveland and Sirken 1962 (Journal of the National Cancer Institute 28: 947-1001) as factors
# of the count (1: .0253 and 5.57; 3: .206 and 2.92).
. "${srcdir:-.}/tests/cli/lib.sh"
. "${srcdir:-.}/tests/cli/small.sh"

small_project
cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "./pack" }, area_sets = { "municipality" }, sources = {
  { name = "a", plugin = "facts", options = { table = "a", files = "a.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "period", from = "year", fiscal = true },
    { name = "way", from = "way", key = true }, { name = "events", from = "events", type = "int" },
    { name = "people", from = "people", type = "int" } } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "areas.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "name", from = "name" } },
    constants = { area_set = "municipality" } } } } }
LUA
printf 'area,year,way,events,people\n29201,2022,x,81,263\n29201,2022,y,15,148\n29202,2022,x,0,20\n29202,2022,y,1,29\n29203,2022,x,3,30\n29203,2022,y,8,9\n' >"$p/a.csv"
cat >"$p/pack/i.lua" <<'LUA'
local a = facts_table { id = "a", label = "表", columns = { { "way", "code", label = "種別", key = true },
  { "events", "int", unit = "件" }, { "people", "int", unit = "人" } } }
cross_table { id = "t.table", title = "割合と件数", rows = { areas.of "none", dim("種別", a.way) }, limits = { 90, 95, 99, 99.8 },
  columns = { { "割合", percent(a:sum "events", a:sum "people"), unit = "%" }, { "件数", a:sum "events", unit = "件" },
              { "比", ratio(a:sum "events", a:sum "people"), unit = "倍" } } }
indicator { id = "t.share", name = "割合", unit = "%", value = percent(a:sum "events", a:sum "people"), by = areas.of "none", limits = 95 }
LUA
expect 0 -p "$p" import
expect 0 -p "$p" run
expect 0 -p "$p" show --format csv
cp "$work/out" "$work/values.csv"
limits() { # MEASURE AREA DIMENSION DIGITS LOWER UPPER METHOD, all at 95 %, which is the second level
  got=$(awk -F, -v m="$1" -v a="$2" -v d="種別=$3" -v n="$4" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    $at["indicator"] == "t.table" && $at["measure"] == m && $at["area_code"] == a && $at["dimensions"] == d {
      printf "%.*f %.*f %s %s", n, $at["lower_2"], n, $at["upper_2"], $at["confidence_2"], $at["method"] }' "$work/values.csv")
  is "$got" "$5 $6 95 $7" "$1 of $2, $3"
}
limits 割合 29201 x 2 25.53 36.62 wilson
limits 割合 29201 y 2 6.24 16.05 wilson
limits 割合 29202 x 2 0.00 16.11 wilson
limits 割合 29202 y 2 0.61 17.18 wilson
factors() { # AREA DIMENSION LOWER UPPER: of a count, to three digits
  got=$(awk -F, -v a="$1" -v d="種別=$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    $at["measure"] == "件数" && $at["area_code"] == a && $at["dimensions"] == d {
      printf "%.3g %.3g %s", $at["lower_2"] / $at["value"], $at["upper_2"] / $at["value"], $at["method"] }' "$work/values.csv")
  is "$got" "$3 $4 exact" "limits of the count of $1, $2"
}
factors 29202 y 0.0253 5.57
factors 29203 x 0.206 2.92

# Four levels, each wider than the one before; the method and the period in every row, in CSV, JSON and
# what a spreadsheet opens alike. A measure without a method has none of it.
for format in show report; do
  if [ $format = show ]; then cp "$work/values.csv" "$work/table"; else
    expect 0 -p "$p" report -o "$work/report.csv"
    sed 's/\r$//; 1s/^\xef\xbb\xbf//' "$work/report.csv" >"$work/table"
  fi
  got=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["period_ja"] != "令和4年度" { print "period " $0 }
    $at["measure"] == "比" && $at["method"] != "" { print "method " $0 }
    $at["measure"] == "比" || $at["indicator"] == "t.share" { next }
    $at["method"] !~ /^(wilson|exact|byar)$/ || $at["confidence"] != 90 || $at["confidence_4"] != 99.8 { print "missing " $0 }
    !($at["upper"] < $at["upper_2"] && $at["upper_2"] < $at["upper_3"] && $at["upper_3"] < $at["upper_4"]) { print "order " $0 }
    { n++ } END { print n }' "$work/table")
  is "$got" 12 "rows with four levels, $format"
done
expect 0 -p "$p" show --format json
is "$(grep -c '"method":"wilson".*"confidence_4":99.8.*"period_ja":"令和4年度"' "$work/out")" 6 "rows of JSON"
expect 0 -p "$p" show t.table && says out "30.8 (26.3–35.7)" && says out "Confidence: 90 % (wilson)"

# A series that begins anew in FY2017 (the figures are invented): no growth and no trend over the
# break, both again within the new series; the values say so.
{
  echo area,year,way,events,people
  year=2012
  for events in 12 13 14 15 16 40 44 47 50 52; do
    echo "29201,$year,x,$events,100"
    year=$((year + 1))
  done
} >"$p/a.csv"
cat >"$p/pack/i.lua" <<'LUA'
local a = facts_table { id = "a", label = "表", columns = { { "way", "code", label = "種別", key = true },
  { "events", "int", unit = "件" }, { "people", "int", unit = "人" } } }
indicator { id = "t.share", name = "割合", unit = "%", value = percent(a:sum "events", a:sum "people"), by = areas.of "none",
  breaks = { "平成29年度" } }
indicator { id = "t.growth", name = "増減", unit = "%", value = value_of "t.share":growth(), by = areas.of "none" }
indicator { id = "t.trend", name = "推移", unit = "判定", value = value_of "t.share":trend(), by = areas.of "none" }
LUA
expect 0 -p "$p" import
expect 0 -p "$p" run
expect 0 -p "$p" show --format csv
for cell in t.share:FY2016:ok:: t.share:FY2017:ok::series_break t.share:FY2021:ok::series_break t.growth:FY2016:ok:: \
  t.growth:FY2017:not_computable:series_break: t.growth:FY2018:ok:: t.trend:FY2016:ok:: t.trend:FY2017:not_computable:series_break: \
  t.trend:FY2020:not_computable:series_break: t.trend:FY2021:ok::; do
  got=$(awk -F, -v c="$cell" '{ split(c, w, ":") } $2 == w[1] && $5 == "29201" && $7 == w[2] { print $2 ":" $7 ":" $18 ":" $19 ":" $24 }' "$work/out")
  is "$got" "$cell" "over the break"
done
expect 0 -p "$p" show t.growth --lang ja && says out "途中で系列が改まっており、比べられません"
sed 's/平成29年度/29年度/' "$p/pack/i.lua" >"$work/i" && cp "$work/i" "$p/pack/i.lua"
expect 10 -p "$p" check && says err "'29年度' is no period" && says err "FY2017, 平成29年度"

# Too many levels; a table in which nothing can have limits.
small_project
expect 0 -p "$p" import
small_pack 'indicator { id = "t.five", name = "x", unit = "回", value = t:sum("held"), by = areas.of "none", limits = { 80, 90, 95, 99, 99.8 } }'
expect 10 -p "$p" check && says err "one to 4 levels, not 5"
small_pack 'cross_table { id = "t.none", title = "x", unit = "回", rows = { areas.of "none" }, limits = 95,
  value = ratio(t:sum "held", t:sum "held") }'
expect 10 -p "$p" check && says err "SHY-1713" && says err "method = \"wilson\""
finish
