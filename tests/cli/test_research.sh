#!/bin/sh
# SPDX-License-Identifier: MIT
# The measures of the pack research8 over a synthetic prefecture are what plain loops over its files
# give (tests/research_independent.py), and rest on the persons that they say.
. "${srcdir:-.}/tests/cli/lib.sh"
command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }

p=$work/nara
expect 0 synth "$p" --persons 4000 --from 2021-10 --months 42
sed 's/packs = { "standard" }/packs = { "research8" }/' "$p/project.lua" >"$work/project.lua" &&
  cp "$work/project.lua" "$p/project.lua"
expect 0 -p "$p" import
expect 0 -p "$p" run --period FY2022
shihyo -p "$p" show --format csv >"$work/results.csv" || failures=$((failures + 1))
python3 "$srcdir/tests/research_independent.py" "$work/results.csv" "$p" \
  "$srcdir/indicators/standard/codes/daily_care.lua" FY2022 || failures=$((failures + 1))

# Something happens in every measure but calls at night, which nobody here bills, and late admissions,
# which nobody has twice.
awk -F, '$2 ~ /^research8/ && $4 == "prefecture" && $9 == "" && $18 == "ok" && $12 + 0 != 0 { n[$2] = 1 }
  END { for (i in n) k++; print k }' "$work/results.csv" >"$work/some"
[ "$(cat "$work/some")" = 14 ] || { echo "FAIL: $(cat "$work/some") measures"; failures=$((failures + 1)); }

# What is published or not goes by persons: a mean over one of them says so.
awk -F, '$2 == "research8.home_days_3m.persons" && $18 == "ok" && $20 != $11 { print }' "$work/results.csv" >"$work/wrong"
[ -s "$work/wrong" ] && { echo "FAIL: persons behind a mean"; cat "$work/wrong"; failures=$((failures + 1)); }
finish
