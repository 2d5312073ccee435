#!/bin/sh
# SPDX-License-Identifier: MIT
# What `shihyo import --dry-run` shows of files about persons, and what it must not show.
. "${srcdir:-.}/tests/cli/lib.sh"

expect 0 init "$work/p" --prefecture 27
cat >"$work/p/project.lua" <<'LUA'
return { prefecture = "27", packs = {}, sources = {
  { name = "kdb", plugin = "kdb", options = { folder = "in", layout = "layout.lua" } } } }
LUA
cat >"$work/p/layout.lua" <<'LUA'
return {
  encoding = "UTF-8",
  persons = { files = "p*.csv", columns = {
    person = { from = "id" },
    sex = { from = "sex", recode = { ["1"] = "male", ["2"] = "female" } },
    birth_month = { from = "birth", form = "gyymm" },
    insurer = { from = "insurer" },
    insurer_area = { join = { { value = "27" }, { from = "insurer", take = "6-8" } } },
    insured_number = { from = "number" },
    valid_from = { from = "from" },
  } },
  medical_items = { files = "i*.csv", columns = {
    claim = { from = "receipt" },
    person = { from = "id" },
    month = { from = "month" },
    item = { from = "item" },
    institution = { from = "id" },
    quantity = { from = "times" },
  } },
  care_offices = { files = "o*.csv", columns = { office = { from = "office" } } },
}
LUA
mkdir "$work/p/in"
printf '%s\n' 'id,sex,birth,insurer,number,from,name' \
  'SECRET0000001,1,31401,00270001,9990001,202404,山田' \
  'SECRET0000002,2,31512,00270001,9990002,202404,鈴木' \
  'SECRET0000003,9,31512,00270019,9990003,202404,佐藤' \
  >"$work/p/in/p1.csv"
printf '%s\n' 'receipt,id,month,item,times' \
  'RECEIPT1,SECRET0000001,202404,114001110,2' \
  'RECEIPT1,SECRET0000001,202413,114001110,2' \
  'RECEIPT2,SECRET0000002,202404,190077410,' \
  'RECEIPT3,SECRET0000002' >"$work/p/in/i1.csv"
printf 'x\n' >"$work/p/in/readme.txt"
expect 0 -p "$work/p" import --dry-run
sed "s|$work|WORK|g" "$work/out" >"$work/shown"
same "$work/shown" "$srcdir/tests/cli/dry_run.golden"
# Not a person's or receipt's number, wherever the layout puts it, nor a name.
expect 0 -p "$work/p" import --dry-run --json
cat "$work/shown" "$work/out" "$work/err" >"$work/all"
if grep -nE 'SECRET|RECEIPT|999000|山田|鈴木|佐藤' "$work/all"; then
  echo "FAIL: a value of a person is shown"
  failures=$((failures + 1))
fi
# Nothing was imported.
[ ! -e "$work/p/claims.store" ] || { echo "FAIL: there is a store"; failures=$((failures + 1)); }

# A label that is not there: which file, which column, what was found.
sed 's/"birth"/"born"/' "$work/p/layout.lua" >"$work/layout" && cp "$work/layout" "$work/p/layout.lua"
expect 10 -p "$work/p" import --dry-run kdb
says err "SHY-1324"
says err "no label 'born'"
says err "p1.csv"
says err "id, sex, birth, insurer, number, from, name"
finish
