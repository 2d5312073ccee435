#!/bin/sh
# SPDX-License-Identifier: MIT
# Receipts that are not what they should be: counted by reason with file and line of the first ten,
# under a limit beyond which nothing changes, and no value of a row in a message or in the log. The
# persons are synthetic.
. "${srcdir:-.}/tests/cli/lib.sh"
command -v python3 >/dev/null || exit 77

expect 0 synth "$work/base" --persons 1500 --months 3
p=$work/p
items=レセプト摘要_202205.csv

cat >"$work/harm.py" <<'PY'
# harm.py FOLDER KIND: damages one thing of the delivery in FOLDER/data.
import pathlib, sys
data, kind = pathlib.Path(sys.argv[1], "data"), sys.argv[2]
ITEMS, CLAIMS = data / "レセプト摘要_202205.csv", data / "医療レセプト_202205.csv"
CARE, PERSONS = data / "介護レセプト_202205.csv", data / "被保険者台帳.csv"
FAKE = b"7777700001"  # a number that nobody has

def lines(path, change, first=101, count=1):
    """Line numbers are those of the file: the label is line 1."""
    all = path.read_bytes().split(b"\r\n")
    for i in range(first, first + count):
        all[i - 1] = change(all[i - 1])
    path.write_bytes(b"\r\n".join(all))

def field(number, text):
    def change(line):
        f = line.split(b",")
        f[number] = text
        return b",".join(f)
    return change

if kind == "cut":
    text = ITEMS.read_bytes()
    ITEMS.write_bytes(text[:text.index(b"\r\n", len(text) // 2) + 12])
elif kind == "encoding":
    lines(ITEMS, field(3, b"29\x81\xff0001"), count=12)
elif kind == "few":
    lines(ITEMS, lambda line: line.rsplit(b",", 2)[0])
elif kind == "many":
    lines(ITEMS, lambda line: line + b",x")
elif kind == "quote":
    lines(ITEMS, field(1, b'"' + FAKE))
elif kind == "nul":
    lines(ITEMS, lambda line: line[:8] + b"\0" + line[9:])
elif kind == "month":
    for i, month in enumerate((b"202213", b"202200", b"20225", b"R4-05", b"189912", b"")):
        lines(ITEMS, field(2, month), 101 + i)
elif kind == "code":
    for i, code in enumerate((b"11400111", b"1140011100", b"11400111A", b"-14001110")):
        lines(ITEMS, field(4, code), 101 + i)
elif kind == "number":
    for i, number in enumerate((b"1.5", b"x", b"99999999999999999999")):
        lines(ITEMS, field(5, number), 101 + i)
elif kind == "born":
    all = PERSONS.read_bytes().split(b"\r\n")
    all.insert(101, field(6, b"190101")(all[100]))
    PERSONS.write_bytes(b"\r\n".join(all))
elif kind == "stranger":
    lines(CARE, field(0, FAKE), 101, 11)
elif kind == "elsewhere":
    lines(CLAIMS, field(3, b"2919900001"), 101, 3)
elif kind == "orphan":
    lines(CLAIMS, lambda line: b"", 101)
elif kind == "twice":
    all = CLAIMS.read_bytes().split(b"\r\n")
    all.insert(101, all[100])
    CLAIMS.write_bytes(b"\r\n".join(all))
elif kind == "empty":
    ITEMS.write_bytes(b"")
elif kind == "nothing":
    CARE.write_bytes(CARE.read_bytes().split(b"\r\n")[0] + b"\r\n")
elif kind == "gone":
    CARE.unlink()
elif kind == "late":
    lines(CLAIMS, field(2, b"209904"), 101)
elif kind == "beyond":
    lines(ITEMS, field(2, b"202213"), 101, 200)
elif kind == "pipe":
    import os
    os.mkfifo(data / "レセプト摘要_999999.csv")
PY

# No number of the lines that were damaged, nor the one that was put in, is told anywhere.
secret() {
  for file in "$work/err" "$p/shihyo.log"; do
    if grep -qE '7777700001|[0-9]{13}|(^|[^0-9])[123][0-9]{9}([^0-9]|$)' "$file"; then
      echo "FAIL: $file shows a person ($1)"
      failures=$((failures + 1))
    fi
  done
}
harm() { # KIND EXIT TEXT…: a fresh project with one thing damaged, imported
  rm -rf "$p"
  cp -R "$work/base" "$p"
  [ "$1" = none ] || sed -i 's/^  packs =/  reject_limit = 0.01,\n  packs =/' "$p/project.lua"
  python3 "$work/harm.py" "$p" "$1"
  kind=$1 exit=$2
  shift 2
  expect "$exit" -p "$p" import kdb
  for text in "$@"; do says err "$text" || echo "  ($kind)"; done
  secret "$kind"
}
is() { # GOT WANTED WHAT
  [ "$1" = "$2" ] && return 0
  echo "FAIL: $3: '$1', expected '$2'"
  failures=$((failures + 1))
}

harm cut 0 "SHY-1216" ", 1 rejected"
harm encoding 0 "SHY-1203" "$items:101" "$items:110" "In all, 12 rows of 'medical_items'" ", 12 rejected"
is "$(grep -c "$items:1[0-9][0-9]" "$work/err")" 10 "places told"
is "$(grep -c "own words" "$work/err")" 1 "what to do, told once"
harm few 0 "SHY-1216" "$items:101" ", 1 rejected"
harm many 0 "SHY-1216" "$items:101" ", 1 rejected"
harm quote 0 "SHY-1204" "$items:101" ", 1 rejected"
harm nul 0 "SHY-1205" "$items:101" ", 1 rejected"
harm month 0 "SHY-1221" "$items:101" "$items:104" "SHY-1404" "$items:105" "SHY-1403" "$items:106" ", 6 rejected"
harm code 0 "SHY-1404" "$items:101 column 'item'" "$items:104" ", 4 rejected"
harm number 0 "SHY-1220" "$items:101 column 'quantity'" ", 3 rejected"
harm born 0 "SHY-1414" "被保険者台帳.csv:101" "被保険者台帳.csv:102" "persons: " ", 2 rejected"
harm stranger 0 "SHY-1413" "介護レセプト_202205.csv:101" "In all, 11 rows of 'care_claims'"
harm elsewhere 0 "SHY-1417" "3 rows name 1 institutions"
harm twice 0 "SHY-1406" "医療レセプト_202205.csv:102"
harm orphan 0 "SHY-1415" "$items" "column 'claim'"
harm empty 0 "SHY-1425" "The file is empty." "$items"
harm nothing 0 "SHY-1425" "The file gave no row of 'care_claims'." "SHY-1426" "2022-05"
harm gone 0 "SHY-1426" "no rows of 'care_claims' for months between others: 2022-05"
harm late 0 "SHY-1426" "2022-07..2099-03"
harm pipe 0 "medical_items: "

# Beyond the limit nothing changes, not a byte of what is there; below a limit of one's own it is
# imported.
harm none 0
python3 "$work/harm.py" "$p" beyond
before=$(cksum <"$p/claims.store")
expect 11 -p "$p" import kdb
says err "SHY-1410"
says err "200 of "
says err "the project allows 0.1 %"
says err "In all, 200 rows of 'medical_items' were rejected"
is "$(cksum <"$p/claims.store")" "$before" "the store after too many rejects"
secret beyond
expect 0 -p "$p" import --list
cp "$work/out" "$work/list"
sed -i 's/^  packs =/  reject_limit = 0.05,\n  packs =/' "$p/project.lua"
expect 0 -p "$p" import kdb --force
says err ", 200 rejected"

# An overlapping delivery: a claim that is there is not counted twice, whatever file it comes in.
rm -rf "$p"
cp -R "$work/base" "$p"
sed -i 's/^  packs =/  reject_limit = 1,\n  packs =/' "$p/project.lua"
expect 0 -p "$p" import kdb
for kind in 医療レセプト レセプト摘要; do
  { cat "$p/data/${kind}_202205.csv"; printf '\r\n'; } >"$p/data/${kind}_202205b.csv"
done
before=$(cksum <"$p/claims.store")
expect 11 -p "$p" import kdb
says err "SHY-1416"
says err "--replace N"
says err "SHY-1411: Source 'kdb': Every one of the "
is "$(cksum <"$p/claims.store")" "$before" "the store after doubles alone"
secret overlap
finish
