#!/bin/sh
# SPDX-License-Identifier: MIT
# The packs that come with shihyo: their definitions are sound and their examples hold.
. "${srcdir:-.}/tests/cli/lib.sh"

for pack in standard sample_prefecture research_sample research8; do
  expect 0 check "$srcdir/indicators/$pack" && says out ", 0 with errors"
  expect 0 test "$srcdir/indicators/$pack" && says out ", 0 failed"
done

# Scripts of a prefecture are short: that is what the sample shows.
for script in acp discharge_rules leak_rate; do
  lines=$(wc -l <"$srcdir/indicators/sample_prefecture/$script.lua")
  [ "$lines" -lt 15 ] || {
    echo "FAIL: $script.lua has $lines lines"
    failures=$((failures + 1))
  }
done

# What is new in this prefecture keeps working with a wrong expectation found out.
cp -r "$srcdir/indicators/sample_prefecture" "$work/pack"
chmod -R u+w "$work/pack"
sed 's/\["29"\] = 15/["29"] = 16/' "$srcdir/indicators/sample_prefecture/tests/examples.lua" \
  >"$work/pack/tests/examples.lua"
expect 13 test "$work/pack" && says err "expected 16, got 15"

finish
