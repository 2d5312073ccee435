#!/bin/sh
# SPDX-License-Identifier: MIT
# Examples of packs: what may be left out of rows, every form of expectation, every way to fail.
# docs/examples.md is the text; expected figures are counted by hand from the rows given.
. "${srcdir:-.}/tests/cli/lib.sh"
mkdir "$work/pack"
cat >"$work/pack/pack.lua" <<'LUA'
return { id = "trial", version = "1.0.0", api = 1, name = "試験", publisher = "x", licence = "MIT" }
LUA
cat >"$work/pack/a.lua" <<'LUA'
local rules = facts_table { id = "rules", label = "ルール",
  columns = { { "in_force", "bool", label = "設定" }, { "cases", "int", unit = "件", label = "件数" } } }
indicator { id = "t.areas", name = "圏域数", unit = "圏域", value = rules { in_force = true }:areas(), by = areas.of "none" }
indicator { id = "t.cases", name = "件数", unit = "件", value = rules:sum("cases"), by = areas.of "none" }
local visits = medical_items { item = "114001110" }
indicator { id = "t.patients", name = "患者数", unit = "人/月", value = visits:persons():monthly_average(), by = areas.of "insurer" }
LUA
example() { printf 'example "x" { %s }\n' "$1" >"$work/pack/b.lua"; }
passes() {
  example "$1"
  expect 0 test "$work/pack" && says out "1 examples passed, 0 failed"
}
fails() { # EXIT EXAMPLE TEXT…
  code=$1
  example "$2"
  shift 2
  expect "$code" test "$work/pack" || return
  for text in "$@"; do says err "$text"; done
}

passes 'given = { rules = { { area = "2901", in_force = true }, { area = "2902", in_force = false } } },
  expect = { ["t.areas"] = 1 }'
passes 'given = { rules = { { area = "2901", cases = 4 }, { area = "2902", cases = "masked" } } },
  expect = { ["t.cases"] = { ["2901"] = 4, ["2902"] = "masked", ["29"] = "masked" } }'
passes 'period = "令和5年度", given = { ["facts.rules"] = { { area = "29201", cases = 7 } } },
  expect = { ["t.cases"] = { { area = "29201", set = "municipality", period = "FY2023", value = 7, state = "ok" } } }'
passes 'areas = { home_care = { ["H1"] = { "29201", "29202" } } },
  given = { rules = { { area = "29201", cases = 1 }, { area = "29202", cases = 2 } } },
  expect = { ["t.cases"] = { { area = "H1", value = 3 } } }'
# Three months delivered are no year: an average over it is refused.
passes 'period = "FY2023", months = { "2023-04", "2023-06" }, given = {
    medical_items = { { claim = "c", person = "p", month = "2023-04", item = "114001110", quantity = 1 } },
    persons = { { person = "p", sex = "male", birth_month = "1940-01", scheme = "nhi", insurer = "1", insurer_area = "29201", valid_from = "2000-01" } } },
  expect = { ["t.patients"] = { ["29201"] = "not_computable" } }'
# What says nothing would pass whatever comes out.
sound='given = { rules = { { area = "2901", cases = 3, period = "FY2024" } } }'
for nothing in 'true' '{}' '{ ["2901"] = false }' '{ { area = "2901" } }' '{ { area = "2901", vale = 5 } }' \
  '{ { area = "2901", value = "3" } }' '{ { area = 2901, value = 3 } }' '{ 3 }'; do
  fails 10 "$sound, expect = { [\"t.cases\"] = $nothing }" SHY-1631 "cannot be checked"
done
fails 10 "period = \"FY2O24\", $sound, expect = { [\"t.cases\"] = { [\"2901\"] = 3 } }" SHY-1631 "'FY2O24' is not a period"
fails 10 "months = { \"2023-04\" }, $sound, expect = { [\"t.cases\"] = { [\"2901\"] = 3 } }" SHY-1631 "'months'"
# One code in two sets: the example must say which.
fails 10 'given = { rules = { { area = "2901", area_set = "secondary", cases = 4, period = "FY2024" },
    { area = "2901", area_set = "vision", cases = 5, period = "FY2024" } } },
  expect = { ["t.cases"] = { { area = "2901", period = "FY2024", value = 5 } } }' SHY-1631 "several values"
# Two persons in April, one of them again in May: 3 person-months in 12 months of FY2023.
passes 'given = {
    persons = { { person = "p", sex = "male", birth_month = "1940-01", scheme = "nhi", insurer = "i", insurer_area = "29201", valid_from = "2000-01" },
                { person = "q", sex = "female", birth_month = "1941-01", scheme = "nhi", insurer = "i", insurer_area = "29201", valid_from = "2000-01" } },
    medical_items = { { claim = "1", person = "p", month = "2023-04", item = "114001110", quantity = 2 },
                      { claim = "2", person = "q", month = "2023-04", item = "114001110", quantity = 1 },
                      { claim = "3", person = "p", month = "2023-05", item = "114001110", quantity = 1 },
                      { claim = "3", person = "p", month = "2023-05", item = "999999999", quantity = 1 } } },
  period = "FY2023", expect = { ["t.patients"] = { ["29201"] = 0.25, ["29"] = 0.25 } }'

# What no example expects a number of is named; a state alone is too little. With --complete it is an
# error at the definition. Packs that it depends on are not asked about.
example 'given = { rules = { { area = "2901", in_force = true, cases = "masked" } } },
  expect = { ["t.areas"] = 1, ["t.cases"] = "masked" }'
expect 0 test "$work/pack" && says out "2 indicators of which no example expects a value" &&
  says out "  t.cases  件数" && says out "  t.patients  患者数"
expect 0 test --json "$work/pack" && says out '"t.cases",' && says out '"t.patients"'
expect 13 test --complete "$work/pack" && says err "SHY-1632" && says err "a.lua:4" &&
  says err "No example expects a value of 't.cases'." && says err "'t.patients'"
grep -F "t.areas" "$work/err" && { echo "FAIL: t.areas is expected"; failures=1; }
mkdir "$work/own"
cat >"$work/own/pack.lua" <<'LUA'
return { id = "own", version = "1.0.0", api = 1, name = "自分", publisher = "x", licence = "MIT", depends = { "trial" } }
LUA
cp -r "$work/pack" "$work/trial"
SHIHYO_PACK_PATH=$work
export SHIHYO_PACK_PATH
expect 0 test --complete "$work/own"
unset SHIHYO_PACK_PATH
# Every indicator of every pack that comes along has an example.
for manifest in "$srcdir"/indicators/*/pack.lua; do
  expect 0 test --complete "${manifest%/pack.lua}"
done

fails 13 'given = { rules = { { area = "2901", in_force = true } } }, expect = { ["t.areas"] = 2 }' \
  "SHY-1630" "expected 2, got 1" "b.lua:1"
fails 13 'given = { rules = { { area = "2901", cases = 3 } } }, expect = { ["t.cases"] = "masked" }' \
  "expected masked, got 3"
fails 13 'given = { rules = { { area = "2901", cases = 3 } } }, expect = { ["t.cases"] = { ["2999"] = 1 } }' \
  "no value in area 2999"
fails 10 'given = { rules = { { area = "2901", in_forse = true } } }, expect = { ["t.areas"] = 1 }' \
  "SHY-1402" "'in_force'" "Row 1 of 'facts.rules'"
fails 10 'given = { rules = { { area = "2901", cases = "many" } } }, expect = { ["t.cases"] = 1 }' \
  "SHY-1631" "cases"
fails 10 'given = { rulez = { { area = "2901" } } }, expect = { ["t.cases"] = 1 }' "SHY-1401"
fails 2 'given = { rules = { { area = "2901", cases = 1 } } }, expect = { ["t.casse"] = 1 }' \
  "SHY-1722" "t.casse"
fails 12 'given = { rules = { { area = "2901", cases = 1 } } }, expect = { ["t.patients"] = 1 }' "SHY-1720"
finish
