#!/bin/sh
# SPDX-License-Identifier: MIT
# The additional demand from files to values: an invented prefecture, reckoned by hand in the pack's
# examples; tables that have no rows yet; tables that are wrong.
. "${srcdir:-.}/tests/cli/lib.sh"

from=$srcdir/indicators/apportionment
p=$work/p
mkdir "$p"
cp -r "$from/data" "$p/data"
chmod -R u+w "$p"
cp "$p/data/project.lua" "$p/project.lua"

# value ID AREA PERIOD: "55 ok" of the latest run
value() {
  shihyo -p "$p" show "apportionment.$1" --format csv |
    awk -F, -v a="$2" -v p="$3" '$5 == a && $7 == p { print $12 " " $18 }'
}
is() {
  got=$(value "$1" "$2" "$3")
  [ "$got" = "$4" ] && return 0
  echo "FAIL: $1 in $2, $3: '$got', expected '$4'"
  failures=$((failures + 1))
}

expect 0 test "$from" --complete
expect 0 -p "$p" import
grep -F warning "$work/err" && { echo "FAIL: warnings at import"; failures=1; }
expect 0 -p "$p" run --period 令和2年度 --period R5年度
says err "SHY-1810"
says err "2993 架空県南部 FY2020: 10"
says err "2991 架空県北部 FY2020: 13"
is demand.year 2991 FY2020 "293 ok"
is step2.home 2991 FY2020 "55 ok"
is result.home 2991 FY2023 "120 ok"
is result.total 29 FY2020 "614 ok"
is plan.shortfall 29 FY2020 "13 ok"
is result.total 29 FY2023 " missing"
is carry.total.need 2991 FY2023 "325 ok"
is carry.total.need 2992 FY2023 "213 ok"

# The calculation as a text, and for programs; with what is asked wrongly.
expect 0 -p "$p" --lang ja explain apportionment.result.home --area 架空県北部 --period 令和5年度
same "$work/out" "$srcdir/tests/cli/explain.golden"
expect 0 -p "$p" --json explain apportionment.lines --area 2991 --period FY2020
says out '193 ÷ (1 + 2.5)'
expect 0 -p "$p" explain apportionment.step2.home --area 29 --period FY2020
says out "Added up from smaller areas."
expect 2 -p "$p" explain apportionment.step2.home --area 30
says err "SHY-1911"
expect 2 -p "$p" explain apportionment.step2.hom --area 29
says err "apportionment.step2.home"
expect 2 -p "$p" explain apportionment.step2.home
says err "--area"

# A line that the run kept no value of says so, and what to do; with the period it has one.
expect 0 -p "$p" run
expect 0 -p "$p" explain apportionment.plan.shortfall --area 2993 --period FY2020
says out '`shihyo run --period FY2020` computes every line of that period.'
expect 0 -p "$p" run --period FY2020
expect 0 -p "$p" explain apportionment.plan.shortfall --area 2993 --period FY2020
grep -qF 'run --period' "$work/out" && { echo "FAIL: a line is said to have no value"; failures=1; }

# Nothing agreed, reached or limited yet: headers alone.
for t in agreed actual ceiling; do
  head -1 "$p/data/$t.csv" >"$p/h" && mv "$p/h" "$p/data/$t.csv"
done
rm -f "$p/claims.store" "$p/project.db"
expect 0 -p "$p" import
expect 0 -p "$p" run --period FY2023
is result.home 2991 FY2023 "110 ok"
is carry.home.ceiling 2991 FY2023 "110 ok"
is carry.total.need 2991 FY2023 " missing"

# A figure without a reason; data nobody knows; an area nobody knows.
cp "$from/data/agreed.csv" "$from/data/choice.csv" "$p/data/"
chmod u+w "$p/data/"*.csv
sed -i '2s/訪問診療を行う診療所が増える見込み//' "$p/data/agreed.csv"
expect 11 -p "$p" import agreed
says err "SHY-1232"
says err "column '理由'"
sed -i '3s/KDB/NDB/' "$p/data/choice.csv"
expect 11 -p "$p" import choice
says err "value: NDB"
sed 's/2991/2999/' "$from/data/choice.csv" >"$p/data/choice.csv"
expect 0 -p "$p" import choice
expect 0 -p "$p" run --period FY2023
says err "SHY-1801"
says err "2999"
is ratio.chosen 2991 FY2023 " missing"

# Two choices for one area and year.
{ cat "$from/data/choice.csv"; sed -n 2p "$from/data/choice.csv"; } >"$p/data/choice.csv"
expect 11 -p "$p" import choice
says err "SHY-1406"

finish
