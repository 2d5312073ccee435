#!/bin/sh
# SPDX-License-Identifier: MIT
# An import of receipts is killed at moments spread over its length. Each time the store is as it
# was before, or the import was done; nothing else is left, and another import comes to its end.
. "${srcdir:-.}/tests/cli/lib.sh"

p=$work/p
expect 0 -q synth "$p" --persons 2000 --months 3
mkdir "$work/later"
mv "$p"/data/*_202206.csv "$work/later"
expect 0 -p "$p" -q import
mv "$work/later"/* "$p/data"
cp -r "$p" "$work/good"
before=$(cksum <"$p/claims.store")

# figures PROJECT: all results.
figures() {
  shihyo -p "$1" -q run demand.care_level >"$work/out" 2>"$work/err"
  shihyo -p "$1" show --format csv | cut -d, -f2-
}

start=$(date +%s%N)
expect 0 -p "$p" -q import kdb
whole=$((($(date +%s%N) - start) / 1000000))
figures "$p" >"$work/wanted"
grep -q 29201 "$work/wanted" || { echo "FAIL: no figures" && failures=$((failures + 1)); }

killed=0
done_before=0
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
  cp "$work/good/claims.store" "$p/claims.store"
  "$top_builddir/run" shihyo -p "$p" -q import kdb >"$work/out" 2>"$work/err" </dev/null &
  child=$!
  sleep "$(awk -v ms=$((whole * i / 17)) 'BEGIN { printf "%.3f", ms / 1000 }')"
  kill -KILL $child 2>/dev/null
  wait $child 2>/dev/null
  [ $? = 137 ] && killed=$((killed + 1))
  expect 0 -p "$p" doctor
  if [ "$(cksum <"$p/claims.store")" != "$before" ]; then
    done_before=$((done_before + 1))
    figures "$p" >"$work/got"
    same "$work/got" "$work/wanted"
  fi
  # The file for what does not fit in memory has no name.
  for file in "$p"/.shihyo*; do
    [ "$file" = "$p/.shihyo.lock" ] || { echo "FAIL: $file is left" && failures=$((failures + 1)); }
  done
done
echo "killed $killed times of 16; $done_before times the import was done"
[ $killed -gt 0 ] || failures=$((failures + 1))

cp "$work/good/claims.store" "$p/claims.store"
expect 0 -p "$p" -q import kdb
figures "$p" >"$work/got"
same "$work/got" "$work/wanted"
finish
