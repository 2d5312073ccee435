#!/bin/sh
# SPDX-License-Identifier: MIT
# Budgets of HACKING.md: no file over 1200 lines, no function over 120 (a function ends at a brace
# in the first column).
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
  END { exit bad }'
