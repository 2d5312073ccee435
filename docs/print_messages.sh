#!/bin/sh
# SPDX-License-Identifier: MIT
# print_messages.sh SRCDIR: docs/messages.md from the catalogue of codes.
cat <<'HEAD'
# Message codes

Every message begins with its code. A number is never used again for something else. This page is made from core/base/codes by docs/print_messages.sh.

| code | exit | what it says |
|---|---|---|
HEAD
sed -n 's/^#include "\(.*\)"$/\1/p' "$1/core/base/codes/all.def" | while read -r file; do
  cat "$1/$file"
done | tr '\n' ' ' | sed 's/SHY_CODE(/\n&/g' | awk '
  BEGIN {
    split("OK 0 INTERNAL 1 USAGE 2 DEFINITION 10 INPUT 11 CAPABILITY 12 TEST 13 PUBLICATION 14 STORE 15", w, " ")
    for (i = 1; i in w; i += 2) exit_code["SHY_EXIT_" w[i]] = w[i + 1]
  }
  /^SHY_CODE\([0-9]/ {
    n = split($0, part, /, */)
    sub(/SHY_CODE\(/, "", part[1])
    match($0, /"[^"]*"/)
    printf "| SHY-%04d | %d | %s |\n", part[1], exit_code[part[3]], substr($0, RSTART + 1, RLENGTH - 2)
  }' | LC_ALL=C sort
