#!/bin/sh
# SPDX-License-Identifier: MIT
# The published changes of municipality codes (2005 to 2018) through a whole project: invented counts
# on the codes of 2004 are carried to the areas of 2018 and keep every prefecture's total; the eleven
# codes that were split are refused by name; 奈良's dates are the same in both calendars; Mie's
# secondary areas and areas of the vision stand side by side. Skipped where the files are not there.
. "${srcdir:-.}/tests/cli/lib.sh"
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
data=${SHIHYO_SHARED_DATA:-$srcdir/../shared/data}/areas
[ -f "$data/municipality_code_changes_2005-2018.csv" ] || { echo "the published files are not there"; exit 77; }
p=$work/p
mkdir -p "$p/pack"
python3 "$srcdir/tests/areas_independent.py" make "$data" "$p" || exit 1
cat >"$p/pack/pack.lua" <<'LUA'
return { id = "a", version = "1.0.0", api = 1, name = "試験", publisher = "x", licence = "MIT" }
LUA
cat >"$p/pack/a.lua" <<'LUA'
local cases = facts_table { id = "cases", label = "件数", columns = { { "cases", "int", unit = "件", label = "件数" } } }
indicator { id = "a.cases", name = "件数", unit = "件", value = cases:sum "cases", by = areas.of "none" }
LUA
cat >"$p/project.lua" <<LUA
local function facts(name, file, layout)
  return { name = name, plugin = "facts", options = { files = "$data/" .. file, layout = "$srcdir/indicators/standard/layouts/" .. layout .. ".lua" } }
end
local towns, mie = "municipality_to_iryoken2.csv", "mie_area_municipalities.csv"
return {
  prefecture = "00", packs = { "./pack" }, area_sets = { "municipality", "prefecture" }, as_of = "2018-10-01",
  sources = {
    facts("changes", "municipality_code_changes_2005-2018.csv", "area_changes_municipality"),
    facts("towns", towns, "areas_municipality"), facts("visions", towns, "areas_vision"),
    facts("in_vision", towns, "area_members_vision"), facts("secondary", towns, "areas_secondary"),
    facts("secondary_mie", mie, "areas_secondary_mie"), facts("in_secondary", towns, "area_members_secondary"),
    facts("in_secondary_mie", mie, "area_members_secondary_mie"),
    { name = "cases", plugin = "facts", options = { files = "cases.csv", table = "cases", columns = {
      { name = "area", from = "code", level = "municipality" }, { name = "period", from = "year" },
      { name = "cases", from = "cases", type = "int", unit = "件" } }, constants = { area_set = "municipality" } } },
  },
}
LUA
expect 0 -p "$p" import
says err "changes: area_changes: "
for day in 2005-04-01 2006-03-31 2018-10-01; do
  expect 0 -p "$p" run --by municipality --by prefecture --as-of $day
  shihyo -p "$p" show a.cases --format csv >"$work/values.csv" 2>/dev/null
  python3 "$srcdir/tests/areas_independent.py" check "$data" "$p" $day "$work/values.csv" ||
    failures=$((failures + 1))
done
expect 0 -p "$p" run --by vision --by secondary --by prefecture
shihyo -p "$p" show a.cases --format csv >"$work/values.csv" 2>/dev/null
python3 "$srcdir/tests/areas_independent.py" mie "$data" "$p" 2018-10-01 "$work/values.csv" ||
  failures=$((failures + 1))

# Two steps within a day (神栖町 took in 波崎町 and became 神栖市 on 2005-08-01, 弥富町 took in 十四山村,
# 三好町 was renamed and became みよし市): without a word they read like splits; with the share 1 for
# the new code the figures of all that was taken in are added. The counts are invented.
sed 's|^    { name = "cases"|    { name = "weights", plugin = "facts", options = { files = "weights.csv", contract = "area_weights", columns = {\n      { name = "changed_on", from = "day" }, { name = "from_area", from = "from", level = "municipality" },\n      { name = "to_area", from = "to", level = "municipality" }, { name = "weight", from = "share", type = "decimal", scale = 6 },\n      { name = "grounds", from = "grounds" } }, constants = { area_set = "municipality" } } },\n&|' "$p/project.lua" >"$work/project" && cp "$work/project" "$p/project.lua"
printf 'code,year,cases\n08406,FY2004,10\n08407,FY2004,5\n23428,FY2004,8\n23426,FY2004,3\n23521,FY2004,7\n' >"$p/cases.csv"
shares() { printf "day,from,to,share,grounds\n2005-08-01,08406,08232,$1,神栖市\n2006-04-01,23428,23235,$1,弥富市\n2010-01-04,23521,23236,$1,みよし市\n" >"$p/weights.csv"; }
carried() { # AREA VALUE STATE NOTES
  got=$(awk -F, -v a="$1" '$4 == "municipality" && $5 == a { print $12 " " $18 " " $24 }' "$work/values.csv")
  [ "$got" = "$2 $3 $4" ] || { echo "FAIL: $1: $got, not $2 $3 $4"; failures=$((failures + 1)); }
}
shares 1
expect 0 -p "$p" import
expect 0 -p "$p" run --by municipality
shihyo -p "$p" show a.cases --format csv >"$work/values.csv"
carried 08232 15 ok rebased
carried 23235 11 ok rebased
carried 23236 7 ok rebased
# Anything but exactly 1 is refused, and the codes stay split.
shares 0.999999
expect 0 -p "$p" import
says err "SHY-1506" && says err "08406 do not add up to 1"
expect 0 -p "$p" run --by municipality
shihyo -p "$p" show a.cases --format csv >"$work/values.csv"
for area in 08232 23235 23236; do
  grep -q "municipality,$area,.*,not_computable,area_split," "$work/values.csv" || { echo "FAIL: $area is split no longer"; failures=$((failures + 1)); }
done
finish
