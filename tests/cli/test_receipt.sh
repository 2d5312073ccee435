#!/bin/sh
# SPDX-License-Identifier: MIT
# Claim files (UKE) from files to values: what is told of them, doubles, a month added, both engines
# and the values of an indicator of the standard pack, worked out by hand. All persons are invented.
. "${srcdir:-.}/tests/cli/lib.sh"

expect 0 init "$work/p" --prefecture 29
cat >"$work/p/areas.lua" <<'LUA'
return { contract = "areas", columns = { { name = "area", from = "code" },
  { name = "name", from = "name" } }, constants = { area_set = "municipality" } }
LUA
cat >"$work/p/insurers.lua" <<'LUA'
return { contract = "insurers", columns = {
  { name = "insurer", from = "保険者番号", width = 8 }, { name = "name", from = "名称" },
  { name = "insurer_area", from = "市町村コード", type = "area", level = "municipality" } } }
LUA
printf 'code,name\n29201,奈良市\n29206,桜井市\n' >"$work/p/areas.csv"
printf '保険者番号,名称,市町村コード\n290015,奈良市国保,29201\n39292060,桜井市後期,29206\n' \
  >"$work/p/insurers.csv"
printf '医療機関コード,名称,市町村コード\n2910000001,奈良診療所,29201\n' >"$work/p/places.csv"
cat >"$work/p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "standard" }, area_sets = { "municipality" },
  reject_limit = 0.2, sources = {
  { name = "areas", plugin = "facts", options = { files = "areas.csv", layout = "areas.lua" } },
  { name = "insurers", plugin = "facts", options = { files = "insurers.csv",
    layout = "insurers.lua" } },
  { name = "claims", plugin = "receipt", options = { files = "in/*.UKE",
    institutions = "places.csv" } } } }
LUA

# uke FILE: standard input as a claim file.
mkdir "$work/p/in"
uke() { sed 's/$/\r/' | iconv -f UTF-8 -t CP932 >"$work/p/in/$1"; }
person1='架空一郎,2,3230401'
uke RECEIPTC_0405.UKE <<UKE
IR,2,29,1,0000001,,奈良診療所,50605,00,
RE,1,1112,50604,$person1,,,,,,,,,,,,58,
HO,  290015,奈,101,2,1776,,,,,,,,,
SI,14,1,114001110,,888,2
RE,2,1318,50604,架空二子,2,3100101,,,,,,,,,,,,58,
HO,39292060,,５５５３２１７,1,5488,,,,,,,,,
SI,14,1,114001110,,888,1
SI,14,1,114030710,,4600,1
RE,3,1112,50604,架空三郎,1,3600401,,,,,,,,,,,,58,
HO,06270001,12,34,1,888,,,,,,,,,
SI,14,1,114001110,,888,1
RE,3,1112,50613,架空四郎,1,3600401,,,,,,,,,,,,58,
HO,290015,奈,104,1,888,,,,,,,,,
SI,14,1,114001110,,888,1
RE,5,1112,50604,架空五郎,1,3600401,,,,,,,,,,,,58,
HO,290015,奈,105,1,1,,,,,,,,,
ZZ,1
SI,14,1,114001110,,888,1
GO,5,9000,99
UKE
expect 0 -p "$work/p" import
says err 'medical_claims: 4 rows read, 3 kept, 1 rejected'
says err 'medical_items: 4 rows read, 4 kept, 0 rejected'
says err '3 person numbers are 3 persons'
says err "1 records of the kind 'ZZ'"
says err '1 receipts have a total of points'
says err '1 totals at the end of a file'
says err '1 receipts are neither of national health insurance'
says err 'RECEIPTC_0405.UKE:12'

# A month more: the first patient again, written otherwise, and what was there comes a second time.
uke RECEIPTC_0406.UKE <<UKE
IR,2,29,1,0000001,,奈良診療所,202406,00,
RE,1,1112,202405,$person1,,,,,,,,,,,,202006,
HO,00290015,奈,0101,1,888,,,,,,,,,
SI,14,1,114001110,,888,1
RE,1,1112,202405,$person1,,,,,,,,,,,,202006,
HO,00290015,奈,0101,1,888,,,,,,,,,
SI,14,1,114001110,,888,1
GO,2,1776,99
UKE
expect 0 -p "$work/p" import claims
says err 'medical_claims: 2 rows read, 1 kept, 1 rejected'
says err 'medical_items: 1 rows read, 1 kept, 0 rejected'
says err 'imported before and passed over'
expect 0 -p "$work/p" import claims
says err 'unchanged'

# 奈良市: in April the first and the fifth patient with 3 visits, in May the first with one: 3 patients
# and 4 visits in 2 months. 桜井市: one in April.
for engine in naive native; do
  expect 0 -p "$work/p" run supply.medical --period 2024-04..2024-05 --engine $engine
  expect 0 -p "$work/p" show supply.medical --format csv
  cut -d, -f2- "$work/out" >"$work/$engine.csv"
done
same "$work/naive.csv" "$work/native.csv"
figure() { # AREA MEASURE: numerator/denominator state
  python3 - "$work/native.csv" "$1" "$2" <<'PY'
import csv, sys
path, area, measure = sys.argv[1:]
item = "項目=01 在宅患者訪問診療料（同一建物居住者以外）"
for row in csv.DictReader(open(path, encoding="utf-8")):
    if (row["area_code"], row["measure"], row["dimensions"]) == (area, measure, item):
        print(f'{row["numerator"]}/{row["denominator"]} {row["state"]}')
PY
}
is() { # WANTED AREA MEASURE
  got=$(figure "$2" "$3")
  [ "$got" = "$1" ] && return 0
  echo "FAIL: $2 $3: '$got', expected '$1'"
  failures=$((failures + 1))
}
is '3/2 ok' 29201 '患者数（月平均）'
is '3/2 ok' 29201 'レセプト件数（月平均）'
is '4/2 ok' 29201 '算定回数（月平均）'
is '1/2 ok' 29206 '患者数（月平均）'
is '1/1 ok' 29201 '医療機関数（期間内）'

# Looking first: months as they are understood, numbers of the insured by their shape.
expect 0 -p "$work/p" import --dry-run claims
says out 'RE-4 診療年月'
says out '50604 → 2024-04'

# The comparison of sources has it.
expect 0 sources --compare
says out 'without those of long-term care'

# No number of a person stands in the results or the log.
for file in project.db shihyo.log; do
  if grep -aqE '奈,10|架空|3230401|5553217' "$work/p/$file"; then
    echo "FAIL: $file shows a person"
    failures=$((failures + 1))
  fi
done
finish
