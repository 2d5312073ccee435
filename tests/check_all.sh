#!/bin/sh
# SPDX-License-Identifier: MIT
# check_all.sh BUILD: the whole test suite in a build directory, closed by one line that counts
# the results: "N passed, N failed, N skipped".
build=$1
cd "$build" || exit 1
make -s -k -j"$(nproc)" check >check.out 2>&1
status=$?
# The harness keeps each test's lines in its own log; show those of tests that did not pass.
for trs in $(find . -name '*.trs' | LC_ALL=C sort); do
  result=$(sed -n 's/^:global-test-result: //p' "$trs")
  case $result in
  FAIL | ERROR | XPASS)
    echo "== $result ${trs%.trs}"
    tail -n 60 "${trs%.trs}.log"
    ;;
  SKIP) echo "-- SKIP ${trs%.trs}: $(tail -n 1 "${trs%.trs}.log")" ;;
  esac
done
count() { sed -n "s/^# $1: *//p" check.out | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(($(count PASS) + $(count XFAIL)))
failed=$(($(count FAIL) + $(count ERROR) + $(count XPASS)))
skipped=$(count SKIP)
if [ "$passed" = 0 ] && [ "$failed" = 0 ]; then
  tail -n 60 check.out
  failed=1
elif [ $status != 0 ] && [ "$failed" = 0 ]; then
  tail -n 30 check.out
  failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
