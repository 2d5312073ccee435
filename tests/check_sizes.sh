#!/bin/sh
# SPDX-License-Identifier: MIT
# check_sizes.sh [--report]: budgets of HACKING.md: no file over 1200 lines, no function over 120
# (a function is what stands between braces in the first column). --report prints medians and the
# share of comments as well.
cd "${srcdir:-.}" || exit 1
find core plugins tests -name '*.[ch]' | LC_ALL=C sort | xargs awk '
  FNR == 1 { start = 0 }
  FNR == 1201 { print FILENAME ": over 1200 lines"; bad = 1 }
  /^{/ { start = FNR }
  /^}/ && start {
    if (FNR - start > 120) {
      print FILENAME ":" start ": a function of " FNR - start " lines"
      bad = 1
    }
    start = 0
  }
  END { exit bad }' || exit 1
[ "${1-}" = --report ] || exit 0

spread() { # NAME: median, nine tenths and maximum of the numbers on standard input
  sort -n | awk -v name="$1" '
    { n[NR] = $1 }
    END { print name ": " NR ", median " n[int((NR + 1) / 2)] ", p90 " n[int((NR * 9 + 9) / 10)] \
          ", max " n[NR] " lines" }'
}
sources() { find core plugins -name '*.c' ! -name 'test_*'; }
tests() { find core plugins tests -name '*.c' | grep -E '^tests/|/test_'; }
for group in sources tests; do
  $group | xargs wc -l | awk '$2 != "total" { print $1 }' | spread "$group, files"
  $group | xargs awk '
    FNR == 1 { start = 0 }
    /^{/ { start = FNR }
    /^}/ && start { print FNR - start - 1; start = 0 }' | spread "$group, functions"
done
{ sources; find core plugins -name '*.h'; } | xargs awk '
  inside || /^ *\/\*/ { comment++; inside = !/\*\// ; next }
  /^ *\/\// { comment++; next }
  /[^ ]/ { code++ }
  END { printf "comments: %.1f %% of lines that are not empty\n", 100 * comment / (comment + code) }'
