#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/messages.md is what the catalogue says, and no code has been given twice.
srcdir=${srcdir:-.}
sh "$srcdir/docs/print_messages.sh" "$srcdir" | diff "$srcdir/docs/messages.md" - || {
  echo "docs/messages.md is out of date: sh docs/print_messages.sh . > docs/messages.md"
  exit 1
}
twice=$(sed -n 's/^| \(SHY-[0-9]*\).*/\1/p' "$srcdir/docs/messages.md" | sort | uniq -d)
[ -z "$twice" ] || {
  echo "given twice: $twice"
  exit 1
}
