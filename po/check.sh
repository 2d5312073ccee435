#!/bin/sh
# SPDX-License-Identifier: MIT
# Every message of the sources has its Japanese, with the same format directives.
srcdir=${srcdir:-.}
for tool in xgettext msgfmt msgcmp; do
  command -v $tool >/dev/null || { echo "$tool is not installed"; exit 77; }
done
pot=check-$$.pot
trap 'rm -f $pot' EXIT
sh "$srcdir/po/extract.sh" "$srcdir" $pot || exit 1
msgfmt --check -o /dev/null "$srcdir/po/ja.po" || exit 1
msgcmp --no-fuzzy-matching "$srcdir/po/ja.po" $pot || {
  echo "po/ja.po lacks messages: run make update-po and translate them"
  exit 1
}
