#!/bin/sh
# SPDX-License-Identifier: MIT
# Scripts that loop, hoard, reach out or are wrong: each is stopped with its place, the sound
# indicator is computed and kept, and the exit code is that of the first error.
. "${srcdir:-.}/tests/cli/lib.sh"
. "${srcdir:-.}/tests/cli/small.sh"

small_project
expect 0 -p "$p" import
runs=0
# stopped TEXT MESSAGE…: TEXT stands below the sound indicator.
stopped() {
  small_pack "$1"
  shift
  expect 10 -p "$p" run || return
  for text in "$@" "pack/i.lua:3"; do says err "$text"; done
  runs=$((runs + 1))
  # shellcheck disable=SC2119
  is "$(figures)" "3 4 5" "the sound indicator"
  says err "Run $runs:"
}
stopped 'while true do end' SHY-1605 "never ends"
stopped 'pcall(function() while true do end end) while true do pcall(error) end' SHY-1605
stopped 'table.sort({ 1, 2, 3, 4 }, function() while true do end end)' SHY-1605
stopped 'local s = ("a"):rep(30000) s:find((".-"):rep(20) .. "b")' SHY-1605 "pattern"
stopped 'local s = ("x"):rep(1e10)' SHY-1604 "64 MiB"
# Memory is what ends these, or, on a slow machine, time (SHY-1605).
stopped 'local t = {} while true do t[#t + 1] = {} end' SHY-160
stopped 'pcall(function() local t = {} while true do t[#t + 1] = ("x"):rep(1e5) end end)' SHY-160
stopped 'local t = {} for i = 1, 1e5 do t[i] = i end table.concat(t, ("x"):rep(1e6))' SHY-1604
stopped 'local function f() return f() + 1 end f()' SHY-160
stopped 'local f = io.open("/etc/passwd")' SHY-1606 "io.open" "project.lua read files"
stopped 'os.execute("touch pwned")' SHY-1606 "os.execute"
stopped 'load("\27Lua")()' SHY-1606 "load"
stopped 'require "os"' SHY-1606 "'os'"
stopped 'coroutine.wrap(function() while true do end end)()' SHY-1606 "coroutine"
stopped 'setmetatable({}, { __gc = function() while true do end end })' SHY-1606 "__gc"
stopped 'error({})' SHY-1602
stopped 'local x = nil; x.y = 1' SHY-1602 "'x'"

# What is wrong in a definition: misspelt names with their nearest, ids twice, circles.
i='indicator { id = "t.x", name = "x", unit = "回", kind = "structure", by = areas.of "none", value ='
stopped 'indicater {}' SHY-1607 "Did you mean 'indicator'?"
stopped "$i t:sum(\"helt\") }" SHY-1608 "Did you mean 'held'?"
stopped "$i t { hold = from(1) }:sum(\"held\") }" SHY-1608 "Did you mean 'held'?"
stopped "$i t:sum(\"held\"), unti = \"x\" }" SHY-1608 "Did you mean 'unit'?"
stopped "$i t:sum(\"held\"), kind = \"bad\" }" SHY-1609 '"structure"'
stopped "$i share(t:areas(), areas.all \"municipalty\") }" SHY-1501 "Did you mean 'municipality'?" \
  "1 indicators computed (3 values), 1 with errors"
stopped "$i value_of \"t.nope\" }" SHY-1712 "'t.nope'"
stopped 'indicator { id = "t.sum", name = "回数", unit = "回", kind = "structure", value = t:sum("held"), by = areas.of "none" }' \
  SHY-1611 "i.lua:2"
stopped "$i ratio(value_of \"t.y\", value_of \"t.sum\") }
indicator { id = \"t.y\", name = \"y\", unit = \"回\", kind = \"structure\", by = areas.of \"none\", value = ratio(value_of \"t.x\", value_of \"t.sum\") }" \
  SHY-1710 "circle"

# A function of a script fails cell by cell.
fn="$i compute { values = { a = t:sum(\"held\") }, fn = function(v)"
stopped "$fn while true do end end } }" SHY-1605 "1 with errors"
stopped "$fn return v.b + 1 end } }" SHY-1602 "'b'"

# A whole script that is no Lua, or bytecode, leaves no run.
before=$(cksum <"$p/project.db")
small_pack '!!!'
expect 10 -p "$p" run && says err SHY-1601 && says err "pack/i.lua:3"
printf '\033LuaT' >"$p/pack/i.lua"
expect 10 -p "$p" run && says err SHY-1603
is "$(cksum <"$p/project.db")" "$before" "the results after scripts that are none"

# test finds the project's pack from any folder.
small_pack
expect 0 -p "$p" test && says out "0 failed"

# No population, masked parts, areas without an answer: a state, never a number.
printf 'area,held\n29201,3\n29202,*\n29203,未報告\n' >"$p/a.csv"
expect 0 -p "$p" import a
small_pack "$i ratio(t:sum(\"held\"), t:sum(\"held\")), rates = { per(1000, population { age = from(75) }) } }
indicator { id = \"t.r\", name = \"r\", unit = \"位\", kind = \"structure\", by = areas.of \"none\", value = t:sum(\"held\"):rank() }
indicator { id = \"t.t\", name = \"t\", unit = \"回\", kind = \"structure\", by = areas.of \"none\", value = total(t:sum(\"held\"), t:sum(\"held\")) }"
expect 0 -p "$p" run
shihyo -p "$p" show --format csv >"$work/out"
states() { awk -F, -v id="$1" -v m="$2" '$2 == id && $8 == m { printf "%s %s;", $18, $12 }' "$work/out"; }
is "$(states t.x count)" "ok 1;masked ;unreported ;" "ratio"
is "$(states t.r count)" "ok 1;masked ;unreported ;" "rank"
is "$(states t.t count)" "ok 6;masked ;unreported ;" "total"
is "$(states t.x rate:1000:75+)" "not_computable ;masked ;unreported ;" "rate"
finish
