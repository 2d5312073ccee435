#!/bin/sh
# SPDX-License-Identifier: MIT
# The standardised ratio of house visits in every secondary medical area, from the NDB open data
# and the census, against scr_independent.py. SKIP where the files are absent: SHIHYO_SHARED_DATA,
# else $(srcdir)/../shared/data.
set -eu
top_builddir=$PWD
srcdir=$(cd "${srcdir:-.}" && pwd)
data=${SHIHYO_SHARED_DATA:-$srcdir/../shared/data}
if [ ! -e "$data/ndb_open_data/001258288.xlsx" ]; then
  echo "SKIP: the published files are not at $data"
  exit 77
fi
command -v python3 >/dev/null || {
  echo "SKIP: no python3"
  exit 77
}
data=$(cd "$data" && pwd)
LC_ALL=C.UTF-8
export LC_ALL
work=$(mktemp -d "$top_builddir/tests-scr-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
shihyo() { "$top_builddir/run" shihyo -p "$work/scr" "$@"; }

shihyo -q init "$work/scr" --prefecture 00
mkdir "$work/pack" "$work/scr/ndb"
for book in 001258288 001258291; do
  ln -s "$data/ndb_open_data/$book.xlsx" "$work/scr/ndb/$book.xlsx"
done
ln -s "$data" "$work/scr/shared"
cp -r "$srcdir/indicators/standard/layouts" "$work/scr/layouts"
cat >"$work/pack/pack.lua" <<'END'
return { id = "scr", version = "0.1.0", api = 1, name = "SCR", publisher = "shihyo",
         licence = "MIT", description = "SCR", files = { "scr.lua" } }
END
cat >"$work/pack/scr.lua" <<'END'
code_list { id = "visits", label = "在宅患者訪問診療料", entries = { { "114001110" }, { "114030310" } } }
indicator { id = "scr", name = "訪問診療のSCR（算定回数）", unit = "（全国=100）",
  by = areas.of "institution", limits = { 95, 99.8 },
  value = indirectly_standardised { with = areas.all "nation",
    rows = ndb_items { item = codes.visits, kind = "medical", setting = "all", addition = false } } }
END
cat >"$work/scr/project.lua" <<'END'
local function areas(name, file, layout)
  return { name = name, plugin = "facts",
           options = { files = "shared/areas/" .. file .. ".csv", layout = "layouts/" .. layout .. ".lua" } }
end
return {
  title = "SCR", prefecture = "00", packs = { "../pack" }, area_sets = { "secondary" },
  as_of = "2023-03-31",
  sources = {
    areas("vision",        "municipality_to_iryoken2", "areas_vision"),
    areas("prefecture",    "municipality_to_iryoken2", "areas_prefecture"),
    areas("secondary",     "municipality_to_iryoken2", "areas_secondary"),
    areas("in_secondary",  "municipality_to_iryoken2", "area_members_secondary"),
    areas("in_prefecture", "municipality_to_iryoken2", "area_members_prefecture"),
    areas("population",    "population_iryoken2_age_sex", "population_vision_census"),
    { name = "ndb", plugin = "ndb_open_data", options = { files = "ndb/*.xlsx" } },
  },
}
END
shihyo -q import
shihyo run scr --period FY2022 >"$work/messages" 2>&1 || { cat "$work/messages"; exit 1; }
grep -q SHY-1714 "$work/messages" # institution above, residence below
shihyo show scr --format csv >"$work/scr.csv"
python3 "$srcdir/tests/scr_independent.py" "$data" "$work/scr.csv"
