# SPDX-License-Identifier: MIT
# Common to the tests of the command: sourced, not run. Works in the build directory.
# shellcheck shell=sh
set -u
top_builddir=$PWD
srcdir=${srcdir:-.}
case $srcdir in /*) ;; *) srcdir=$PWD/$srcdir ;; esac
work=$(mktemp -d "$top_builddir/tests-cli-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
LC_ALL=C.UTF-8 SHIHYO_LANG=en
export LC_ALL SHIHYO_LANG
failures=0

shihyo() { "$top_builddir/run" shihyo "$@"; }

# expect CODE WORD…: runs shihyo; its output goes to $work/out and $work/err.
expect() {
  wanted=$1
  shift
  shihyo "$@" >"$work/out" 2>"$work/err" </dev/null
  got=$?
  [ $got = "$wanted" ] && return 0
  echo "FAIL: shihyo $*: exit $got, expected $wanted"
  sed 's/^/  err: /' "$work/err"
  failures=$((failures + 1))
  return 1
}

# says FILE TEXT: the file (out or err) holds the text.
says() {
  grep -qF -- "$2" "$work/$1" && return 0
  echo "FAIL: '$2' is not in std$1:"
  sed 's/^/  | /' "$work/$1"
  failures=$((failures + 1))
  return 1
}

# same FILE GOLDEN: byte for byte; SHIHYO_UPDATE_GOLDEN=1 rewrites the golden file.
same() {
  if [ "${SHIHYO_UPDATE_GOLDEN:-}" = 1 ]; then
    cp "$1" "$2"
  elif ! cmp -s "$1" "$2"; then
    echo "FAIL: differs from $2"
    diff -u "$2" "$1" | head -n 40
    failures=$((failures + 1))
  fi
}

finish() {
  [ $failures = 0 ] || exit 1
  exit 0
}
