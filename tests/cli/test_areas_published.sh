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
finish
