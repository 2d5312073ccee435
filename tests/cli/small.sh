# SPDX-License-Identifier: MIT
# A small project to damage: one table of facts, three areas, one indicator. Sourced after lib.sh.
# shellcheck shell=sh disable=SC2154,SC2119,SC2120
p=$work/p

small_data() {
  rm -rf "$p"/a.*
  printf 'area,held\n29201,3\n29202,4\n29203,5\n' >"$p/a.csv"
}

small_pack() { # TEXT: added below the sound indicator
  cat >"$p/pack/i.lua" <<'LUA'
local t = facts_table { id = "a", label = "表", columns = { { "held", "int", unit = "回" } } }
indicator { id = "t.sum", name = "回数", unit = "回", kind = "structure", value = t:sum("held"), by = areas.of "none" }
LUA
  printf '%s\n' "${1-}" >>"$p/pack/i.lua"
}

small_project() {
  rm -rf "$p"
  expect 0 init "$p" --prefecture 29
  mkdir -p "$p/pack"
  cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "./pack" }, area_sets = { "municipality" }, sources = {
  { name = "a", plugin = "facts", options = { table = "a", files = "a.*", columns = {
    { name = "area", from = "area", level = "municipality" },
    { name = "held", from = "held", type = "int" } }, constants = { period = "FY2023" } } },
  { name = "areas", plugin = "facts", options = { contract = "areas", files = "areas.csv", columns = {
    { name = "area", from = "area", level = "municipality" }, { name = "name", from = "name" } },
    constants = { area_set = "municipality" } } } } }
LUA
  cat >"$p/pack/pack.lua" <<'LUA'
return { id = "t", name = "test", version = "1.0.0", api = 1, files = { "i.lua" } }
LUA
  printf 'area,name\n29201,奈良市\n29202,大和高田市\n29203,大和郡山市\n' >"$p/areas.csv"
  small_data
  small_pack
}

# The latest run's figures of the three areas, as "3 4 5".
figures() {
  shihyo -p "$p" show "$@" t.sum --format csv 2>/dev/null |
    awk -F, 'NR > 1 && $4 == "municipality" { printf "%s%s", n++ ? " " : "", $12 }'
}

# is GOT WANTED WHAT
is() {
  [ "$1" = "$2" ] && return 0
  echo "FAIL: $3: '$1', expected '$2'"
  failures=$((failures + 1))
}
