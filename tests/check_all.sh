#!/bin/sh
# SPDX-License-Identifier: MIT
# check_all.sh BUILD SANITIZED: the whole test suite in the first build directory, the programs of
# the suite in the second, closed by one line that counts the results of both: "N passed, N failed,
# N skipped". A warning that configuring or building printed counts as a failure.
passed=0
failed=0
skipped=0

# The harness keeps each test's lines in its own log; show those of tests that did not pass.
show_others() {
  for trs in $(find "$1" -path "$1/sanitized" -prune -o -name '*.trs' -print | LC_ALL=C sort); do
    result=$(sed -n 's/^:global-test-result: //p' "$trs")
    case $result in
    FAIL | ERROR | XPASS)
      echo "== $result ${trs%.trs}"
      tail -n 60 "${trs%.trs}.log"
      ;;
    # The harness's own line comes last; the reason stands above it.
    SKIP) echo "-- SKIP ${trs%.trs}: $(grep -v '(exit status: 77)$' "${trs%.trs}.log" | tail -n 1)" ;;
    esac
  done
}

count() { sed -n "s/^# $1: *//p" "$out" | awk '{ n += $1 } END { print n + 0 }'; }

# suite BUILD TARGET
suite() {
  out=$1/check.out
  echo "make $2 in $1" >&2
  find "$1" -path "$1/sanitized" -prune -o -name '*.trs' -exec rm -f {} +
  make -s -k -C "$1" -j"$(nproc)" "$2" >"$out" 2>&1 </dev/null
  status=$?
  show_others "$1"
  good=$(($(count PASS) + $(count XFAIL)))
  bad=$(($(count FAIL) + $(count ERROR) + $(count XPASS)))
  # A make that failed for another reason than a test, or ran none, is a failure too.
  if [ $bad = 0 ] && { [ $status != 0 ] || [ $good = 0 ]; }; then
    echo "== make $2 in $1"
    tail -n 60 "$out"
    bad=1
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
  skipped=$((skipped + $(count SKIP)))
}

warnings() {
  for log in "$1"/autoreconf.log "$1"/configure.log "$1"/make.log "$1"/check.out; do
    [ -e "$log" ] || continue
    grep -n -i 'warning:' "$log" >"$1/warnings.out" || continue
    echo "== warnings in $log"
    head -n 60 "$1/warnings.out"
    failed=$((failed + 1))
  done
}

suite "$1" check
suite "$2" check-programs
warnings "$1"
warnings "$2"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
