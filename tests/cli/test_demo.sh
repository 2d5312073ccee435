#!/bin/sh
# SPDX-License-Identifier: MIT
# The demonstration runs, says where things are, and gives the same bytes again.
. "${srcdir:-.}/tests/cli/lib.sh"

sh "$srcdir/tests/demo.sh" "$top_builddir" "$work/demo" >"$work/out" 2>"$work/err" </dev/null || {
  echo "FAIL: demo.sh: exit $?"
  cat "$work/err"
  exit 1
}
says out "homecare.visit_care.patients"
says out "奈良県"
says out "report.csv"
if grep -Eq '^(error|warning)' "$work/err"; then
  echo "FAIL: the demonstration complains"
  cat "$work/err"
  failures=$((failures + 1))
fi

# Every value, but for the hash of the deliveries, which holds the files' names.
shihyo -p "$work/demo" show --format csv | sed 's/:[0-9a-f]\{16,64\}//g' >"$work/show.csv"
same "$work/show.csv" "$srcdir/tests/cli/demo.csv"

# A second run over the same data: the same bytes apart from the run's number.
expect 0 -p "$work/demo" run
shihyo -p "$work/demo" show 1 --format csv | sed 's/^1,//' >"$work/one"
shihyo -p "$work/demo" show 2 --format csv | sed 's/^2,//' >"$work/two"
[ -s "$work/one" ] || { echo "FAIL: run 1 is empty"; failures=$((failures + 1)); }
same "$work/two" "$work/one"

# What a spreadsheet wants.
[ "$(head -c 3 "$work/demo/report.csv" | od -An -tx1 | tr -d ' \n')" = efbbbf ] || {
  echo "FAIL: no byte-order mark"
  failures=$((failures + 1))
}

# It replaces its own folder, and no other.
mkdir "$work/other"
if sh "$srcdir/tests/demo.sh" "$top_builddir" "$work/other" >/dev/null 2>&1; then
  echo "FAIL: demo.sh took a folder that is not its own"
  failures=$((failures + 1))
fi

# The commands of the guide.
# shellcheck disable=SC2016
sed -n '/^```sh$/,/^```$/{/^```/d;p;}' "$srcdir/docs/guide_ja.md" >"$work/commands"
[ -s "$work/commands" ] || { echo "FAIL: no commands in the guide"; failures=$((failures + 1)); }
(cd "$work" && "$top_builddir/run" sh -e ./commands >guide.out 2>guide.err) || {
  echo "FAIL: a command of docs/guide_ja.md"
  cat "$work/guide.err"
  failures=$((failures + 1))
}
grep -q '66.7' "$work/guide.out" || {
  echo "FAIL: the guide's own indicator is not in its output"
  failures=$((failures + 1))
}

finish
