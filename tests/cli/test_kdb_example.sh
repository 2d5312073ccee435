#!/bin/sh
# SPDX-License-Identifier: MIT
# The ministry's example of what KDB receipts answer: three municipalities of one prefecture, 251
# people of 65 and over with 医療区分1 discharged from long-term-care beds from April to August 2015,
# 207 of whom used a service of long-term care within six months (在宅医療の整備目標の設定プロセスに
# ついて（国保データベース（ＫＤＢ）システムの活用）, 第11回医療計画の見直し等に関する検討会,
# 平成29年6月30日 資料1). Receipts with these facts are made here, with people around them who must
# not be counted, delivered in the default layout and read by the standard pack's table.
. "${srcdir:-.}/tests/cli/lib.sh"

p=$work/p
mkdir -p "$p/in" "$p/study/codes"
cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "standard", "./study" }, area_sets = { "municipality", "prefecture" }, sources = {
  { name = "areas", plugin = "facts", options = { files = "areas.csv", layout = "areas.lua" } },
  { name = "kdb", plugin = "kdb", options = { folder = "in" } } } }
LUA
cat >"$p/areas.lua" <<'LUA'
return { contract = "areas", label = "市町村", columns = { { name = "area", from = "code" }, { name = "name", from = "name" } },
  constants = { area_set = "municipality" } }
LUA
printf 'code,name\n29201,甲市\n29202,乙市\n29203,丙町\n' >"$p/areas.csv"
# The standard pack's lists do not promise to have all codes of 2015; whoever has the masters of the
# time says so in a pack of one's own. Here the receipts are made, so the lists are complete.
cat >"$p/study/pack.lua" <<'LUA'
return { id = "study", version = "1.0.0", api = 1, name = "退院後の介護サービス", publisher = "x", licence = "MIT", depends = { "standard" } }
LUA
cat >"$p/study/codes/older.lua" <<'LUA'
for list, months in pairs { chronic_ward_category1 = { "2015-04", "2020-03" }, home_care = { "2015-04", "2020-03" },
                            care_services = { "2015-04", "2018-03" } } do
  code_list { id = "study." .. list, label = "2015年からのコード", source = "作成したデータ", adds_to = list,
    complete = { from = months[1], to = months[2] }, entries = {} }
end
LUA
cat >"$p/study/share.lua" <<'LUA'
local stay       = medical_claims { setting = "inpatient" }:having(medical_items { item = codes.chronic_ward_category1 }, { match = "person" })
local discharged = stay:discharges { keep = "earliest" }:where { age = from(65) }
local used       = care_claims { service = codes.care_services }:where { support = "サービス" }
indicator { id = "study.share", name = "退院後6か月以内に介護サービスを利用した者の割合", unit = "%",
  value = percent(discharged:followed_by(used, months(1, 6)):persons(), discharged:persons()), by = areas.of "insurer" }
LUA

# The people: of each municipality so many discharged, of them so many with a service.
awk -v to="$work" '
function claim(person, month, code,   c) { # an inpatient receipt, with a ward charge or without
  c = "R" ++claims
  print c "," person "," month ",2910000001,1,1,20,30000" > (to "/医療レセプト.csv")
  print c "," person "," month ",2910000001," code ",20,20000" > (to "/レセプト摘要.csv")
}
function month(k) { return k < 9 ? 201504 + k : 201601 + k - 9 } # k months after April 2015
function care(person, k, service) {
  print "K" person "," month(k) "," service ",2960000001,23,9000" > (to "/介護レセプト.csv")
}
# A person of the municipality, of the two registers that the five items link.
function person(area, birth,   n) {
  n = ++persons
  print "N" n ",2,392920" area ",奈," n "," n % 2 + 1 "," birth ",201304,,292" area > (to "/被保険者台帳.csv")
  print "KN" n ",2920" area "," n ",392920" area ",奈," n "," n % 2 + 1 "," birth ",201304," > (to "/介護受給者台帳.csv")
  return "N" n
}
# The months from April to k in a ward; the charge of category 1 in the first month only for every
# third person, who is in other beds of the hospital afterwards.
function stay(id, k, charge,   m) {
  for (m = 0; m <= k; m++)
    claim(id, month(m), m > 0 && id ~ /[369]$/ ? "190117810" : charge)
}
BEGIN {
  split("120 81 50", discharged); split("99 67 41", used); split("01 02 03", areas)
  split("11 15 33 51 52 54 13 21", services); split("190131910 190132110 190133710 190124610", charges)
  print "保険者番号,名称,市町村コード" > (to "/保険者.csv")
  print "医療機関コード,名称,市町村コード,種別\n2910000001,療養病院,29201," > (to "/医療機関.csv")
  print "個人番号,制度,保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月,住所地市町村コード" > (to "/被保険者台帳.csv")
  print "個人番号,介護保険者番号,介護被保険者番号,医療保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月" > (to "/介護受給者台帳.csv")
  print "レセプト番号,個人番号,診療年月,医療機関コード,入外,レセプト種別,診療実日数,点数" > (to "/医療レセプト.csv")
  print "レセプト番号,個人番号,診療年月,医療機関コード,診療行為コード,回数,点数" > (to "/レセプト摘要.csv")
  print "個人番号,サービス提供年月,サービス種類コード,事業所番号,要介護状態区分,単位数" > (to "/介護レセプト.csv")
  for (a = 1; a <= 3; a++) {
    print "292" "0" a "1," areas[a] "介護," "292" areas[a] > (to "/保険者.csv")
    print "392920" areas[a] "," areas[a] "広域," "292" areas[a] > (to "/保険者.csv")
    for (i = 0; i < discharged[a]; i++) {
      # Just 65 in the month of discharge, or older. Discharges from April to August.
      k = i % 5
      id = person(areas[a], i % 10 == 0 ? "195004" : 1920 + i % 25 "07")
      stay(id, k, charges[i % 4 + 1])
      if (i % 17 == 5) # again in hospital two months later: the first discharge counts
        claim(id, month(k + 2), charges[1])
      if (i < used[a]) care(id, k + 1 + i % 6, services[i % 8 + 1])
      else if (i % 4 == 1) care(id, k, "52")     # in the month of discharge only
      else if (i % 4 == 2) care(id, k + 7, "51") # in the seventh month
      else if (i % 4 == 3) { care(id, k + 1, "43"); care(id, k + 2, "17") } # management, equipment
    }
    # Around them: 64 when discharged; still there when the study ends; without the charge.
    for (i = 0; i < 7 * a; i++) {
      id = person(areas[a], "195009"); stay(id, 4, charges[1]); care(id, 5, "52")
      id = person(areas[a], "193001"); stay(id, 11, charges[2])
      id = person(areas[a], "193501"); claim(id, month(2), "190117710"); care(id, 3, "51")
    }
  }
}' </dev/null
for file in 保険者 医療機関 被保険者台帳 介護受給者台帳 医療レセプト レセプト摘要 介護レセプト; do
  sed 's/$/\r/' "$work/$file.csv" | iconv -f UTF-8 -t CP932 >"$p/in/$file.csv"
done

expect 0 -p "$p" import
says err '0 rejected'
expect 0 -p "$p" run additional_demand.destination study.share --period 2015-04..2015-08
shihyo -p "$p" show --format csv >"$work/values.csv"
value() { # INDICATOR AREA MEASURE VALUE
  got=$(awk -F, -v i="$1" -v a="$2" -v m="$3" '$2 == i && $5 == a && $8 == m { print $12 " " $18 }' "$work/values.csv")
  [ "$got" = "$4 ok" ] || { echo "FAIL: $1 of $2, $3: '$got', not $4"; failures=$((failures + 1)); }
}
while read -r area discharged used; do
  value additional_demand.destination "$area" 退院者 "$discharged"
  value additional_demand.destination "$area" 介護サービス "$used"
done <<'END'
29201 120 99
29202 81 67
29203 50 41
29 251 207
END
value study.share 29 count 82.47011952191235
finish
