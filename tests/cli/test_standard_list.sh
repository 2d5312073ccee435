#!/bin/sh
# SPDX-License-Identifier: MIT
# The figures of the standard list that no source answers, delivered in the table of the pack's
# example: every row comes out as the value of its indicator, and without the file each indicator says
# what is lacking. core/script/test_standard_list.c compares the list with the ministry's.
. "${srcdir:-.}/tests/cli/lib.sh"

p=$work/mine
cp -r "$srcdir/indicators/standard/example" "$p"
cp -r "$srcdir/indicators/standard/layouts" "$work/layouts"
chmod -R u+w "$p" "$work/layouts"
cp -r "$work/layouts" "$p/layouts"

# Before anything is delivered: which table is lacking, by its name.
mv "$p/standard_list.csv" "$work/standard_list.csv"
cat >"$work/none.lua" <<'LUA'
return { prefecture = "29", packs = { "standard" }, area_sets = { "municipality", "prefecture" }, sources = {} }
LUA
mkdir "$work/none"
cp "$work/none.lua" "$work/none/project.lua"
expect 12 -p "$work/none" run homecare.backup.hospitals
says err 'no source of the project gives facts.standard_list (Figures of the standard list)'

mv "$work/standard_list.csv" "$p/standard_list.csv"
expect 0 -p "$p" import
says err '126 rows read, 126 kept, 0 rejected'
expect 0 -p "$p" run
says err '42 indicators computed'
shihyo -p "$p" show --format csv >"$work/values.csv"

# Every row of the file is the count of the indicator whose name is its item.
python3 - "$p/standard_list.csv" "$work/values.csv" <<'PY' || failures=1
import csv, sys
from fractions import Fraction
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8-sig")))
values = {(r["name"], r["area_code"]): r for r in csv.DictReader(open(sys.argv[2], encoding="utf-8-sig"))
          if r["measure"] == "count" and r["period"] == "FY2023"}
bad, totals = 0, {}
for r in rows:
    got = values.get((r["項目"], r["市町村コード"][:5]))
    if got is None:
        print("FAIL: no value of", r["項目"], r["市町村名"])
    elif r["値"] == "未報告":
        totals[r["項目"]] = None
        if got["state"] == "unreported":
            continue
        print("FAIL:", r["項目"], got["state"])
    else:
        value = Fraction(r["値"])
        if totals.setdefault(r["項目"], Fraction(0)) is not None:
            totals[r["項目"]] += value
        if Fraction(got["numerator"]) / int(got["denominator"]) == value and got["state"] == "ok":
            continue
        print("FAIL:", r["項目"], r["市町村名"], got["numerator"], got["state"], "expected", value)
    bad += 1
for name, total in totals.items():
    got = values[name, "29"]
    if total is None and got["state"] == "unreported":
        continue
    if total is not None and Fraction(got["numerator"]) / int(got["denominator"]) == total:
        continue
    print("FAIL: the prefecture's", name, got["numerator"], got["state"])
    bad += 1
if len(rows) != 126 or len(totals) != 42:
    print("FAIL: rows of", len(totals), "items")
    bad += 1
sys.exit(bad > 0)
PY

# Where claims or published tables can answer too, the run says why they did not.
expect 0 -p "$p" check
says out 'NDBオープンデータ: no source of the project gives ndb_patients'

# A name that is no item is an error with its place; figures by secondary area take a constant.
sed 's/在宅療養支援病院数,/在宅療養支援病院,/' "$p/standard_list.csv" >"$work/wrong.csv"
cp "$work/wrong.csv" "$p/standard_list.csv"
expect 11 -p "$p" import standard_list
says err "none of those that recode names"
says err "'在宅療養支援病院数' '在宅療養支援"
printf '二次医療圏コード,年度,項目,値\n2901,2023,在宅療養支援病院数,3\n2902,2023,在宅療養支援病院数,0\n' >"$p/standard_list.csv"
printf 'area_set,area,name\nsecondary,2901,奈良\nsecondary,2902,東和\n' >"$p/areas.csv"
cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "standard" }, area_sets = { "secondary", "prefecture" }, sources = {
  { name = "standard_list", plugin = "facts", options = {
    files = "standard_list.csv", layout = "layouts/standard_list.lua", constants = { area_set = "secondary" } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "areas.csv", columns = {
    { name = "area_set", from = "area_set", type = "area_set" }, { name = "area", from = "area" },
    { name = "name", from = "name" } } } },
  { name = "members", plugin = "facts", options = { contract = "area_members", files = "areas.csv", columns = {
    { name = "member_set", from = "area_set", type = "area_set" }, { name = "member", from = "area" },
    { name = "area", from = "area", level = "secondary", take = "1-2" } },
    constants = { area_set = "prefecture" } } },
} }
LUA
expect 0 -p "$p" import
expect 0 -p "$p" run homecare.support.hospitals
expect 0 -p "$p" show homecare.support.hospitals --format csv
grep -q ',secondary,2901,奈良,FY2023,count,,3,1,3,施設,' "$work/out" || { echo "FAIL: by secondary area"; cat "$work/out"; failures=1; }

# Claims are there, those of dentists are not: unreported, until the project asks for another answer.
q=$work/claims
expect 0 -q synth "$q" --persons 400 --months 12
cp -r "$srcdir/indicators/standard/layouts" "$q/layouts"
chmod -R u+w "$q/layouts"
printf '市町村コード,年度,項目,値\n29201,2022,歯科訪問診療を実施している診療所・病院数,12\n' >"$q/list.csv"
sed -i 's|sources = {|sources = { { name = "list", plugin = "facts", options = { files = "list.csv", layout = "layouts/standard_list.lua" } },|' "$q/project.lua"
expect 0 -p "$q" import
dental() { # what 奈良市 has
  expect 0 -p "$q" run homecare.dental_visit.institutions
  shihyo -p "$q" show homecare.dental_visit.institutions --format csv |
    awk -F, '$5 == "29201" && $7 == "FY2022" && $8 == "count" { print $12, $18, $22 }'
}
got=$(dental)
[ "$got" = ' unreported kdb' ] || { echo "FAIL: without dental receipts: '$got'"; failures=1; }
sed -i 's|prefecture = "29",|&  answers = { ["homecare.dental_visit.institutions"] = "届けられた表" },|' "$q/project.lua"
got=$(dental)
[ "$got" = '12 ok list' ] || { echo "FAIL: as asked for: '$got'"; failures=1; }
expect 0 -p "$q" check
says out "国保データベース（KDB）: the project asks for '届けられた表'"
sed -i 's|"届けられた表" }|"届けられた票" }|' "$q/project.lua"
expect 10 -p "$q" run homecare.dental_visit.institutions
says err "has no answer '届けられた票'"
says err "'国保データベース（KDB）' '届けられた表'"
sed -i 's|\["homecare.dental_visit.institutions"\] = "届けられた票"|["homecare.dental_visit.institution"] = "届けられた表"|' "$q/project.lua"
expect 10 -p "$q" run
says err "which no pack of the project has"
says err "'homecare.dental_visit.institutions'"
finish
