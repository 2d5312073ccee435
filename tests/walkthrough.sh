#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every command of docs/walkthrough.md on the ministry's files and checks all values against
# walkthrough_independent.py. SKIP where the files are absent: SHIHYO_SHARED_DATA, else
# $(srcdir)/../shared/data.
set -eu
top_builddir=$PWD
srcdir=$(cd "${srcdir:-.}" && pwd)
data=${SHIHYO_SHARED_DATA:-$srcdir/../shared/data}
if [ ! -e "$data/ndb_open_data/001258409.xlsx" ]; then
  echo "SKIP: the published files are not at $data"
  exit 77
fi
command -v python3 >/dev/null || {
  echo "SKIP: no python3"
  exit 77
}
SHIHYO_SHARED_DATA=$(cd "$data" && pwd)
SHIHYO_INDICATORS=$srcdir/indicators
LC_ALL=C.UTF-8 SHIHYO_LANG=ja
export SHIHYO_SHARED_DATA SHIHYO_INDICATORS LC_ALL SHIHYO_LANG
work=$(mktemp -d "$top_builddir/tests-walkthrough-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

# The blocks of the page that are commands, as they stand.
# shellcheck disable=SC2016
sed -n '/^```sh$/,/^```$/{/^```/d;p;}' "$srcdir/docs/walkthrough.md" >"$work/commands"
[ "$(grep -c '^shihyo' "$work/commands")" -ge 8 ]
cd "$work"
"$top_builddir/run" sh -e ./commands
python3 "$srcdir/tests/walkthrough_independent.py" "$SHIHYO_SHARED_DATA" walk

# A spreadsheet needs the byte-order mark and CRLF.
[ "$(head -c 3 walk/support.csv | od -An -tx1 | tr -d ' \n')" = efbbbf ]
head -n 1 walk/support.csv | grep -q "$(printf '\r')"
