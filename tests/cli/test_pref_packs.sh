#!/bin/sh
# SPDX-License-Identifier: MIT
# The targets that prefectures set beside the standard list: 68 indicators (51 structure, 9 process,
# 8 outcome: 第7次医療計画の目標項目「指標例以外の記載があった目標項目」). Each pack is tried with its own
# examples and with its invented data, against values reckoned by hand (data/expected.csv).
. "${srcdir:-.}/tests/cli/lib.sh"

: >"$work/all"
for pack in areas awareness claims contact ict institutions projects rules workforce; do
  from=$srcdir/indicators/pref_$pack
  p=$work/$pack
  mkdir "$p"
  cp -r "$from/data" "$p/data"
  chmod -R u+w "$p"
  cp "$p/data/project.lua" "$p/project.lua"
  expect 0 test "$from" || continue
  says out " 0 failed"
  expect 0 -p "$p" import || continue
  grep -F warning "$work/err" && { echo "FAIL: pref_$pack: warnings at import"; failures=1; }
  # Of the packs that it depends on, the pack's own are asked for.
  # shellcheck disable=SC2046
  expect 0 -p "$p" run $(tail -n +2 "$p/data/expected.csv" | cut -d, -f1 | sort -u) || continue
  shihyo -p "$p" show --format csv >"$p/values.csv"
  # Every value expected is there, and every indicator of the pack has one.
  awk -F, 'NR == FNR { if (FNR > 1) { value[$1 "," $2] = $3; state[$1 "," $2] = $4; ids[$1] }; next }
    { key = $2 "," $5 } FNR > 1 && !($2 in ids) { print "not expected: " $2 }
    key in value { seen[key]; if ($12 != value[key] || $18 != state[key])
      print key ": " $12 " " $18 ", expected " value[key] " " state[key] }
    END { for (key in value) if (!(key in seen)) print key ": no value" }' \
    "$p/data/expected.csv" "$p/values.csv" | sort -u >"$p/wrong"
  [ -s "$p/wrong" ] && { echo "FAIL: pref_$pack:"; cat "$p/wrong"; failures=1; }
  tail -n +2 "$p/data/expected.csv" | cut -d, -f1 | grep -v 'discharge_rule\.all$' >>"$work/all"
  # Every script has fewer than 15 lines, blank ones and comments apart.
  for script in "$from"/*.lua; do
    lines=$(grep -vcE '^(--|$)' "$script")
    [ "$lines" -lt 15 ] || { echo "FAIL: $script has $lines lines"; failures=1; }
  done
done
# Whether all areas have a rule is beside the 68.
got=$(sort -u "$work/all" | wc -l | tr -d ' ')
[ "$got" = 68 ] || { echo "FAIL: $got targets, not 68"; failures=1; }
# 51 structure (the seven of 北海道 are one line of its script, and whether all areas have a rule is
# beside them), 9 process, 8 outcome.
kinds=$(cat "$srcdir"/indicators/pref_*/*.lua | tr '\n' ' ' | grep -o 'kind = "[a-z]*"' | sort | uniq -c | tr '\n' ' ' | tr -s ' ')
[ "$kinds" = ' 8 kind = "outcome" 9 kind = "process" 52 kind = "structure" ' ] || { echo "FAIL: kinds:$kinds"; failures=1; }

finish
