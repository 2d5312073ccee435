#!/bin/sh
# SPDX-License-Identifier: MIT
# Damaged, foreign and newer files of a project; a full disk; a process that is killed.
. "${srcdir:-.}/tests/cli/lib.sh"
. "${srcdir:-.}/tests/cli/small.sh"

small_project
expect 0 -p "$p" import
expect 0 -p "$p" run
is "$(figures)" "3 4 5" "before"
cp -r "$p" "$work/good"
again() {
  rm -rf "$p"
  cp -r "$work/good" "$p"
}
# failed_softly CODE WHAT: an exit code of ours, neither success nor a signal.
failed_softly() {
  if [ "$1" = 0 ] || [ "$1" -ge 128 ]; then is "$1" "an error" "$2"; fi
}
# damaged FILE WORD CODE: WORD ends with 15 and does not touch the file.
damaged() {
  before=$(cksum <"$p/$1")
  expect 15 -p "$p" "$2" && says err "$3" && says err "p/$1"
  is "$(cksum <"$p/$1")" "$before" "$1 after $2"
}

for file in claims.store project.db; do
  word=import
  [ $file = project.db ] && word=show
  again
  size=$(wc -c <"$p/$file")
  head -c $((size / 2)) "$work/good/$file" >"$p/$file"
  for w in $word run doctor; do damaged "$file" "$w" SHY-1902; done
  again
  echo "This is a text, and no file of a project at all." >"$p/$file"
  for w in $word run doctor; do damaged "$file" "$w" SHY-1904; done
  if command -v python3 >/dev/null; then
    again
    python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.execute("PRAGMA user_version = 999"); c.commit()' "$p/$file"
    for w in $word run doctor; do damaged "$file" "$w" SHY-1903; done
    rm "$p/$file"
    python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.execute("CREATE TABLE t (a)"); c.commit()' "$p/$file"
    for w in $word run doctor; do damaged "$file" "$w" SHY-1904; done
  fi
done
again
: >"$p/claims.store"
expect 0 -p "$p" import
expect 0 -p "$p" run
is "$(figures)" "3 4 5" "after an empty store was filled anew"

# A full disk: a limit on the size of files makes the writes fail as one does.
again
awk 'BEGIN { print "area,held"; for (i = 0; i < 60000; i++) print 29201 + i % 3 "," i }' >"$p/a.csv"
store=$(cksum <"$p/claims.store")
for blocks in 1 200; do
  (ulimit -f $blocks && shihyo -p "$p" import a >"$work/out" 2>"$work/err" </dev/null)
  code=$?
  failed_softly $code "import on a full disk"
  says err SHY-
  is "$(cksum <"$p/claims.store")" "$store" "the store after a full disk"
done
results=$(cksum <"$p/project.db")
(ulimit -f 1 && shihyo -p "$p" run >"$work/out" 2>"$work/err" </dev/null)
code=$?
failed_softly $code "run on a full disk"
is "$(cksum <"$p/project.db")" "$results" "the results after a full disk"
is "$(figures)" "3 4 5" "after a full disk"

# Killed, or asked to stop, in the middle of an import: the store is as before, or as after.
for signal in KILL KILL INT TERM; do
  "$top_builddir/run" shihyo -p "$p" import a >"$work/out" 2>"$work/err" </dev/null &
  sleep 0.05
  kill -$signal $! 2>/dev/null
  wait $! 2>/dev/null
  expect 0 -p "$p" doctor
  [ "$(cksum <"$p/claims.store")" = "$store" ] || break
done
expect 0 -p "$p" import
expect 0 -p "$p" run && says err "Run 2:"
# 0 + 3 + … + 59997, and so on for the others.
is "$(figures)" "599970000 599990000 600010000" "after the import was done again"
is "$(figures 1)" "3 4 5" "the run of before"

# A folder that may be read but not written to. Rights do not bind root, so root gives up what sets
# it above them.
bound=
[ "$(id -u)" != 0 ] ||
  bound="setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search"
again
printf 'area,held\n29201,30\n' >"$p/a.csv"
chmod 444 "$p"/*.* "$p/.shihyo.lock" && chmod 555 "$p"
# shellcheck disable=SC2016
if $bound sh -c 'test -r "$1" && ! test -w "$1" && "$2" shihyo help >/dev/null' - "$p/project.db" \
  "$top_builddir/run"; then
  # With the lock file for everybody, what stops them is the file they would write to.
  for w in import run doctor import run doctor; do
    $bound "$top_builddir/run" shihyo -p "$p" $w >"$work/out" 2>"$work/err" </dev/null
    is $? 1 "$w in a folder that cannot be written to"
    says err SHY-
    says err "$p"
    [ "$w" != doctor ] || chmod 666 "$p/.shihyo.lock"
  done
  is "$($bound "$top_builddir/run" shihyo -p "$p" show t.sum --format csv 2>"$work/err" |
    awk -F, '$4 == "municipality" { print $12 }' | xargs)" "3 4 5" "show in such a folder"
else
  echo "rights bind nobody here; the folder that cannot be written to is left out"
fi
chmod 755 "$p"

# The log keeps within five files of 1 MiB.
again
head -c 1100000 /dev/zero | tr '\0' x >"$p/shihyo.log"
expect 2 -p "$p" run nothing
[ "$(wc -c <"$p/shihyo.log")" -lt 1100000 ] || is "no" "a new log" "rotation"
finish
