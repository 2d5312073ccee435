#!/bin/sh
# SPDX-License-Identifier: MIT
# Receipts in the default layout, from files to values: linking by the five items, what could not be
# linked told beside the values, a month added as a delivery, both engines, nobody's number shown.
. "${srcdir:-.}/tests/cli/lib.sh"

expect 0 init "$work/p" --prefecture 29
cat >"$work/p/areas.lua" <<'LUA'
return { contract = "areas", label = "areas", columns = { { name = "area", from = "code" },
  { name = "name", from = "name" } }, constants = { area_set = "municipality" } }
LUA
printf 'code,name\n29201,奈良市\n29206,桜井市\n' >"$work/p/areas.csv"
cat >"$work/p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "standard" }, area_sets = { "municipality" }, sources = {
  { name = "areas", plugin = "facts", options = { files = "areas.csv", layout = "areas.lua" } },
  { name = "kdb", plugin = "kdb", options = { folder = "in" } } } }
LUA

# cp932 FILE: standard input into a file as it is delivered.
cp932() { sed 's/$/\r/' | iconv -f UTF-8 -t CP932 >"$work/p/in/$1"; }
mkdir "$work/p/in"
cp932 保険者.csv <<'CSV'
保険者番号,名称,市町村コード
00290015,奈良市国保,29201
00290064,桜井市国保,29206
292011,奈良市介護,29201
292060,桜井市介護,29206
CSV
# N1: of N1 and its number N9 after the 75th birthday the five items are the same, so they are one
# person. N2 and N3: two persons.
cp932 被保険者台帳.csv <<'CSV'
個人番号,制度,保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月,住所地市町村コード
N1,1,00290015,奈,101,2,194804,201504,202304,29201
N9,2,00290015,奈,101,2,194804,202305,,29201
N2,1,00290015,奈,102,1,195501,201504,,29201
N3,1,00290064,桜,103,2,194901,201504,,29206
CSV
# K1 is N1 by the five items; K3 has no medical number.
cp932 介護受給者台帳.csv <<'CSV'
個人番号,介護保険者番号,介護被保険者番号,医療保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月
K1,292011,0001,00290015,奈,101,2,194804,202201,
K3,292060,0003,,,,2,194901,202201,
CSV
cp932 医療機関.csv <<'CSV'
医療機関コード,名称,市町村コード,種別
2910000001,奈良診療所,29201,
CSV
receipts() { # MONTH PERSON
  printf 'レセプト番号,個人番号,診療年月,医療機関コード,入外,レセプト種別,診療実日数,点数\n' >"$work/claims"
  printf 'レセプト番号,個人番号,診療年月,医療機関コード,診療行為コード,回数,点数\n' >"$work/items"
  for person in $2 N3; do
    printf '%s,%s,%s,2910000001,2,1,2,5000\n' "$1$person" "$person" "$1" >>"$work/claims"
    printf '%s,%s,%s,2910000001,114030710,1,4600\n' "$1$person" "$person" "$1" >>"$work/items"
    printf '%s,%s,%s,2910000001,114001110,2,1776\n' "$1$person" "$person" "$1" >>"$work/items"
  done
  cp932 "医療レセプト_$1.csv" <"$work/claims"
  cp932 "レセプト摘要_$1.csv" <"$work/items"
  cp932 "介護レセプト_$1.csv" <<CSV
個人番号,サービス提供年月,サービス種類コード,事業所番号,要介護状態区分,単位数
K1,$1,11,2960000001,22,3000
K3,$1,11,2960000001,23,3000
CSV
}
receipts 202304 N1
receipts 202305 N9
expect 0 -p "$work/p" import
says err 'medical_items: 8 rows read, 8 kept, 0 rejected'
# N1, N9 and K1; N2; N3; K3, which may well be N3, but nobody knows.
says err '6 person numbers are 4 persons'
says err 'of 2 numbers of the care register 1 are linked'
first=$(stat -c %s "$work/p/claims.store")

# A month more is a delivery more; what is there is passed over. The list of institutions comes
# again, with one more.
receipts 202306 N9
cp932 医療機関.csv <<'CSV'
医療機関コード,名称,市町村コード,種別
2910000001,奈良診療所,29206,
2910000002,桜井診療所,29206,
CSV
expect 0 -p "$work/p" import kdb
says err 'medical_items: 4 rows read, 4 kept, 0 rejected'
says err 'imported before and passed over'
expect 0 -p "$work/p" import kdb
says err 'unchanged'
[ "$(stat -c %s "$work/p/claims.store")" -ge "$first" ] || failures=$((failures + 1))

# The last list says where the institution is now.
for engine in naive native; do
  expect 0 -p "$work/p" run supply.institutions --period 2023-04..2023-06 --engine $engine
  expect 0 -p "$work/p" show supply.institutions --format csv
  says out '医療機関コード=2910000001;医療機関名=奈良診療所;市町村=29206'
done

# Another mapping of the same file is another delivery; of receipts that are there it is said that
# they stay as they were read. A comment is no other mapping.
sed 's/from = "name"/from = "code"/' "$work/p/areas.lua" >"$work/areas2" && cp "$work/areas2" "$work/p/areas.lua"
expect 0 -p "$work/p" import areas
says err 'areas: 2 rows read, 2 kept'
sed 's/from = "code" } }/from = "name" } }/' "$work/p/areas.lua" >"$work/areas2" && cp "$work/areas2" "$work/p/areas.lua"
expect 0 -p "$work/p" import areas
echo '-- no change' >>"$work/p/areas.lua"
expect 0 -p "$work/p" import areas
says err 'areas: unchanged'
cp "$srcdir/plugins/kdb/layouts/default.lua" "$work/p/ours.lua"
sed -i.old 's/options = { folder = "in" }/options = { folder = "in", layout = "ours.lua" }/' "$work/p/project.lua"
expect 0 -p "$work/p" import kdb
says err 'unchanged'
sed '/residence_area/d' "$work/p/ours.lua" >"$work/p/other.lua"
sed -i.old 's/ours.lua/other.lua/' "$work/p/project.lua"
expect 0 -p "$work/p" import kdb
says err 'by another layout'
says err 'shihyo import kdb --replace'
cp "$work/p/project.lua.old" "$work/p/project.lua"

# One person of 奈良市 in each month, with the level of its care receipt; of 桜井市's nothing is
# known, since its care number is not linked, and the value says so.
for engine in naive native; do
  expect 0 -p "$work/p" run demand.care_level --period 2023-04..2023-06 --engine $engine
  expect 0 -p "$work/p" show demand.care_level --format csv
  cut -d, -f2- "$work/out" >"$work/$engine.csv"
done
same "$work/naive.csv" "$work/native.csv"
figure() { # AREA DIMENSIONS: numerator/denominator state notes
  python3 - "$work/native.csv" "$1" "$2" <<'PY'
import csv, sys
for row in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
    if row["area_code"] == sys.argv[2] and row["dimensions"] == sys.argv[3]:
        print(f'{row["numerator"]}/{row["denominator"]} {row["state"]} {row["notes"]}')
PY
}
is() { # WANTED AREA DIMENSIONS
  got=$(figure "$2" "$3")
  [ "$got" = "$1" ] && return 0
  echo "FAIL: $2 $3: '$got', expected '$1'"
  failures=$((failures + 1))
}
is '3/3 ok ' 29201 '制度=合計;居住形態=在宅時;重症度=計;要介護度=22'
is '1/3 ok ' 29201 '制度=nhi;居住形態=在宅時;重症度=計;要介護度=22'
is '2/3 ok ' 29201 '制度=late_elderly;居住形態=在宅時;重症度=計;要介護度=22'
is '3/3 ok unlinked:1' 29206 '制度=合計;居住形態=在宅時;重症度=計;要介護度=未認定'
expect 0 -p "$work/p" show demand.care_level
says out 'Care receipts of persons whose medical number is not known'

# Removing a delivery takes its month away.
expect 0 -p "$work/p" import --list
expect 0 -p "$work/p" import --remove "$(shihyo -p "$work/p" import --list --json 2>"$work/err" |
  python3 -c 'import json, sys
print(max(d["delivery"] for d in json.load(sys.stdin) if d["source"] == "kdb"))')"
expect 12 -p "$work/p" run demand.care_level --period 2023-04..2023-06
says err 'have no figure for the period'
expect 0 -p "$work/p" show demand.care_level --format csv
says out 'months_missing'

# No number of a person, nor what links it, stands in the results or the log.
for file in project.db shihyo.log; do
  if grep -aqE 'N9|K1|奈,10|202304N1' "$work/p/$file"; then
    echo "FAIL: $file shows a person"
    failures=$((failures + 1))
  fi
done
finish
