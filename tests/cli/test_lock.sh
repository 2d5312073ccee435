#!/bin/sh
# SPDX-License-Identifier: MIT
# Two processes on one project exclude each other; the second names the first. A process that was
# killed leaves nothing locked.
. "${srcdir:-.}/tests/cli/lib.sh"
command -v flock >/dev/null || { echo "flock is not installed"; exit 77; }

expect 0 init "$work/p" --prefecture 29
cat >"$work/p/project.lua" <<'LUA'
return { prefecture = "29", packs = {}, sources = {
  { name = "a", plugin = "facts", options = { table = "a", files = "a.csv", columns = {
    { name = "area", from = "area", level = "municipality" },
    { name = "held", from = "held", type = "int" } }, constants = { period = "FY2023" } } } } }
LUA
printf 'area,held\n29201,3\n' >"$work/p/a.csv"
printf 'held by a test\n' >"$work/p/.shihyo.lock"
(
  flock -n 9
  exec sleep 30
) 9<>"$work/p/.shihyo.lock" &
holder=$!
sleep 1
expect 1 -p "$work/p" import && says err "SHY-1104" && says err "held by a test"
kill "$holder" 2>/dev/null
wait "$holder" 2>/dev/null
# The lock was the process's: now the import gets through to the next obstacle or the end.
expect 0 -p "$work/p" import
finish
