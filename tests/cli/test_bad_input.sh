#!/bin/sh
# SPDX-License-Identifier: MIT
# Files that are not what they should be: each is refused with code, place, value and what to do,
# and the store keeps what it had.
. "${srcdir:-.}/tests/cli/lib.sh"
. "${srcdir:-.}/tests/cli/small.sh"

small_project
expect 0 -p "$p" import
expect 0 -p "$p" run
is "$(figures)" "3 4 5" "before"

# refused CODE MESSAGE…: the import of a ends with 11 and leaves the store as it was.
refused() {
  before=$(cksum <"$p/claims.store")
  expect 11 -p "$p" import a && for text in "$@"; do says err "$text"; done
  is "$(cksum <"$p/claims.store")" "$before" "the store after $1"
  is "$(grep -c "Source 'a': Source 'a'" "$work/err")" 0 "the source's name twice"
}
csv() { # FORMAT: the text file
  rm -f "$p"/a.*
  # shellcheck disable=SC2059
  printf "$1" >"$p/a.csv"
}

csv 'area,hld\n29201,3\n' && refused SHY-1230 "p/a.csv:1" "'held'" "Did you mean 'hld'?"
csv 'area,held,held\n29201,3,4\n' && refused SHY-1231 "columns 2 and 3"
csv 'area,held\n29201,3\nNara,5\n' && refused SHY-1222 "p/a.csv:3:1" "value: Nara"
csv 'area,held\n29201,3\n29202,abc\n' && refused SHY-1220 "p/a.csv:3:2 column 'held'" "value: abc" "states"
csv 'area,held\n29201,abc\n29202,xyz\n' && refused SHY-1220 "p/a.csv:2:2" "1 more cells"
is "$(grep -c xyz "$work/err")$(grep -c "a.csv:3 'held'" "$p/shihyo.log")" 01 "the second wrong cell"
csv 'area,held\n29201,99999999999999999999999\n' && refused SHY-1220 "more digits"
csv 'area,held\n29201,1,234\n' && refused SHY-1232 "p/a.csv:2:3" "must stand in quotes"
csv 'area,held\n29201,3\n29202,"\377\376\n' && refused SHY-1203 "p/a.csv:3" "value: FF FE"
csv 'area,held,n\n29201,3,\223\336\345\245\210\n' && refused SHY-1203 "p/a.csv:2"
csv 'area,held\n29201,3\n29202,"4\n29203,5\n' && refused SHY-1204 "p/a.csv:3:2" "never closed"
csv 'area,held\n29201,3\0\n' && refused SHY-1205 "p/a.csv:2:2"
csv '' && refused SHY-1232 "empty"
csv 'area,held\n' && refused SHY-1411 "no rows"
rm -f "$p/a.csv" && refused SHY-1323 "a.*"
csv 'area,held\n29201,'
head -c 20000000 /dev/zero | tr '\0' x >>"$p/a.csv"
refused SHY-1206 "p/a.csv:2"

# Workbooks: what is no workbook, and what was one.
rm -f "$p"/a.*
cp "$p/areas.csv" "$p/a.xlsx" && refused SHY-1210 "not an xlsx workbook" ".csv"
: >"$p/a.xlsx" && refused SHY-1210 "empty"
printf '\320\317\021\340\241\261\032\341' >"$p/a.xlsx" && refused SHY-1210 "password" "without a password"
mv "$p/a.xlsx" "$p/a.xls" && refused SHY-1210 "old .xls"
rm -f "$p"/a.*

if command -v python3 >/dev/null; then
  cat >"$work/make.py" <<'PY'
import sys, zipfile
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1] + '/tests')
import xlsx_write as x
out, kind = sys.argv[2], sys.argv[3]
x.book(out, {'S': x.sheet([(1, ['area', 'held']), (2, ['29201', 7]), (3, ['29202', 8])])})
data = open(out, 'rb').read()
def sheet(change):
    z = zipfile.ZipFile(out)
    parts = {n: z.read(n) for n in z.namelist()}
    z.close()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for n, v in parts.items():
            z.writestr(n, change(v) if 'sheet1.xml' in n else v)
if kind == 'cut': open(out, 'wb').write(data[:len(data) // 2])
if kind == 'flip':
    b = bytearray(data); b[len(b) // 3] ^= 0xff; b[len(b) // 3 + 1] ^= 0xff
    open(out, 'wb').write(b)
if kind == 'xml': sheet(lambda v: v[:-20])
if kind == 'bomb': sheet(lambda v: v.replace(b'</sheetData>', b' ' * (64 << 20) + b'</sheetData>'))
if kind == 'entity': sheet(lambda v: v.replace(b'?>\n', b'?>\n<!DOCTYPE a [<!ENTITY b "c">]>', 1))
if kind == 'error': sheet(lambda v: v.replace(b'<c r="B2"><v>7', b'<c r="B2" t="e"><v>#REF!'))
if kind == 'far': sheet(lambda v: v.replace(
    b'</sheetData>', b'<row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData>'))
PY
  book() {
    rm -f "$p"/a.*
    python3 "$work/make.py" "$srcdir" "$p/a.xlsx" "$1"
  }
  book cut && refused SHY-1211 "p/a.xlsx" "Get the file again"
  book flip && refused SHY-1211 "p/a.xlsx" "Get the file again"
  book xml && refused SHY-1212 "p/a.xlsx[S]" "not well-formed"
  book bomb && refused SHY-1213 "p/a.xlsx[S]" "bytes unpacked for each byte"
  book entity && refused SHY-1212 "document type"
  book error && refused SHY-1220 "p/a.xlsx[S]:2:2" "#REF!" "formula"
  book far && refused SHY-1213 "rows"
  # A sound workbook is read whatever it is called, here as .csv in Japanese with a space.
  book ok && mv "$p/a.xlsx" "$p/a.表 '1'.csv"
  expect 0 -p "$p" import a
  expect 0 -p "$p" run
  is "$(figures)" "7 8 " "a workbook by another name"
fi

# The figures of the first run are what they were; the same files again are not read again.
is "$(figures 1)" "3 4 5" "the first run"
small_data
expect 0 -p "$p" import a
expect 0 -p "$p" import a && says err "unchanged"

# An area that nobody knows counts nowhere, and its code is told of.
csv 'area,held\n29201,3\n29299,5\n'
expect 0 -p "$p" import a
expect 0 -p "$p" run && says err SHY-1801 && says err "29299"
is "$(figures)" "3  " "with an unknown area"

# Words of the command line that name what is not there.
expect 2 -p "$p" run t.sm && says err SHY-1722 && says err "Did you mean 't.sum'?"
expect 10 -p "$p" run --by municipalty && says err SHY-1501 && says err "municipality"
expect 2 -p "$p" run --period 20233 && says err SHY-1510 && says err "FY2022"
expect 12 -p "$p" run --period 2023 && says err SHY-1802 && says err "fiscal year"
expect 2 -p "$p" show 999 && says err SHY-1910
expect 1 -p "$p" report -o "$work/none/x.csv" && says err SHY-1003 && says err "folder"

# A report that cannot be made leaves the one that is there; a device stays a device.
echo kept >"$work/r.csv"
expect 2 -p "$p" report 999 -o "$work/r.csv"
is "$(cat "$work/r.csv")" kept "the report of before"
expect 0 -p "$p" report -o "$work/r.csv"
is "$(head -c 3 "$work/r.csv" | od -An -tx1 | tr -d ' ')" efbbbf "the mark of the report"
if [ -c /dev/full ]; then
  ln -s /dev/full "$work/full.csv"
  expect 1 -p "$p" report -o "$work/full.csv" && says err SHY-1003
  if [ ! -c /dev/full ] || [ ! -L "$work/full.csv" ]; then is gone there "the device"; fi
  shihyo -p "$p" show >/dev/full 2>"$work/err"
  is "$?" 1 "show to a full disk"
fi

# Closed streams: what would have been printed goes into no file of the project.
for file in claims.store project.db; do cksum <"$p/$file"; done >"$work/before"
"$top_builddir/run" shihyo -p "$p" show t.sum >&- 2>"$work/err"
is "$?" 1 "show with standard output closed"
for file in claims.store project.db; do cksum <"$p/$file"; done >"$work/after"
same "$work/after" "$work/before"
is "$(grep -c 29201 "$p/shihyo.log")" 0 "values of a closed stream in the log"
"$top_builddir/run" shihyo -p "$p" run 2>&-
is "$(grep -c '^Run' "$p/shihyo.log")" 0 "messages of a closed stream in the log"

# --json is JSON, whatever happens.
if command -v python3 >/dev/null; then
  for words in "sources" "import" "run" "check" "doctor" "show" "show nothing" "show 999" \
    "run nothing" "run --by nothing" "import nothing" "nonsense" "check ./nothing"; do
    # shellcheck disable=SC2086
    shihyo -p "$p" $words --json >"$work/out" 2>"$work/err"
    python3 -m json.tool "$work/out" >/dev/null 2>&1 || is "no JSON" JSON "$words --json"
  done
fi

# A character that CP932 does not have is an error, never '?'.
sed -i 's/回数/回数🏥/' "$p/pack/i.lua"
expect 0 -p "$p" run
rm -f "$work/r.csv"
shihyo -p "$p" report -o "$work/r.csv" --encoding cp932 >"$work/out" 2>"$work/err" && is 0 error cp932
says err "🏥"
[ ! -e "$work/r.csv" ] || is "a file" "none" "after a failed report"

# The log has messages, not values of rows.
grep -q "SHY-1220" "$p/shihyo.log" || is none some "errors in the log"
is "$(grep -c "abc" "$p/shihyo.log")" 0 "values in the log"
finish
