#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/packs holds a page for each pack that comes along, made from its definitions. With "update" the
# pages are written anew (make update-packs). Works in the build directory.
srcdir=${srcdir:-.}
case $srcdir in /*) ;; *) srcdir=$PWD/$srcdir ;; esac
work=$(mktemp -d "$PWD/check-packs-XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
bad=0
for pack in "$srcdir"/indicators/*/pack.lua; do
  folder=$(dirname "$pack")
  id=$(basename "$folder")
  page=$srcdir/docs/packs/$id.md
  LC_ALL=C.UTF-8 SHIHYO_LANG=en ./run shihyo -p "$work" check --page "$folder" >"$work/page" || { echo "$id: no page could be made"; bad=1; continue; }
  if [ "${1-}" = update ]; then
    cp "$work/page" "$page"
  elif ! cmp -s "$work/page" "$page"; then
    echo "docs/packs/$id.md is out of date: make update-packs"
    bad=1
  fi
done
exit $bad
