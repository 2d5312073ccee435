#!/bin/sh
# SPDX-License-Identifier: MIT
# Words of the command line, projects that are not there or wrong, and the exit codes of docs/cli.md.
. "${srcdir:-.}/tests/cli/lib.sh"

expect 0 --version && says out "shihyo 0."
expect 0 --help && says out "import"
expect 0 help && says out "doctor"
expect 0 help run && says out "--period"
expect 2
expect 2 rnu && says err "SHY-1011" && says err "'run'"
expect 2 run --perod FY2022 && says err "SHY-1012" && says err "'period'"
expect 2 run --period && says err "needs a value"
expect 2 show --format xml && says err "table, csv and json"

# A value may stand behind "=", of the general options and of a command's own.
expect 2 show --format=xml && says err "table, csv and json"
expect 2 "--project=$work/none" --lang=ja run && says err "SHY-1101" && says err "エラー"
expect 2 run "--project=$work/none" --period=FY2022 && says err "SHY-1101" && says err "$work/none"
expect 2 import --force=yes && says err "takes no value"
expect 2 --lang && says err "needs a value"
expect 2 --lang fr help && says err "SHY-1010" && says err "ja and en"
expect 2 init && says err "shihyo init DIR"

# No project, a project twice, a wrong prefecture.
expect 2 -p "$work/none" run && says err "SHY-1101" && says err "shihyo init"
expect 2 init "$work/p" --prefecture 48 && says err "'48'"
[ ! -e "$work/p" ] || { echo "FAIL: a refused init left a folder"; failures=1; }
expect 0 init "$work/p" --prefecture 29 && says err "project.lua"
expect 2 init "$work/p" && says err "SHY-1102"
grep -q '奈良県' "$work/p/project.lua" || { echo "FAIL: no name of the prefecture"; failures=1; }

# The project init writes is a valid one: it names no sources yet.
expect 2 -p "$work/p" import && says err "SHY-1412"
expect 2 -p "$work/p" show && says err "SHY-1910"
expect 12 -p "$work/p" run && says err "shihyo import"
expect 0 -p "$work/p" doctor && says out "ok"

# A folder where the store or the results should be.
printf 'return { prefecture = "29", store = "here" }\n' >"$work/p/project.lua"
mkdir "$work/p/here"
expect 1 -p "$work/p" run && says err "SHY-1901" && says err "is a folder" && says err "here"
expect 1 -p "$work/p" doctor && says err "is a folder"
printf 'return { prefecture = "29", results = "here" }\n' >"$work/p/project.lua"
expect 1 -p "$work/p" show && says err "SHY-1901" && says err "is a folder"

# project.lua that is wrong in one way after another: exit 10 and the place.
wrong() { # TEXT MESSAGE…
  printf '%s\n' "$1" >"$work/p/project.lua"
  shift
  expect 10 -p "$work/p" run || return
  for text in "$@"; do says err "$text"; done
}
wrong 'return { prefecture = "29", sorces = {} }' "SHY-1103" "'sources'" "project.lua"
wrong 'return { prefecture = 29 }' "'prefecture'"
wrong 'return {}' "'prefecture' is missing"
wrong 'return { prefecture = "99" }' "'99'"
wrong 'return { prefecture = "29", as_of = "yesterday" }' "yesterday"
wrong 'return { prefecture = "29", reject_limit = 2 }' "between 0 and 1"
wrong 'return { prefecture = "29", sources = { { name = "a", plugin = "facts" }, { name = "a", plugin = "facts" } } }' "SHY-1611" "'a'"
wrong 'return { prefecture = "29", sources = { { name = "A b", plugin = "facts" } } }' "'A b'"
wrong 'return { prefecture = "29", sources = { { plugin = "facts" } } }' "'name' is missing" "Source 1"
wrong 'return 1' "return a table"
wrong 'return {' "SHY-1601"
wrong 'while true do end' "SHY-1605"
wrong 'local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end return t' "SHY-160"
wrong 'return { prefecture = io.open("/etc/passwd"):read("a") }' "SHY-1606"
wrong "$(printf '\033Lua')" "SHY-1603"

# A plugin that is not there, and a source that is not there.
printf 'return { prefecture = "29", sources = { { name = "a", plugin = "facs" } } }\n' >"$work/p/project.lua"
expect 10 -p "$work/p" import && says err "SHY-1301" && says err "'facts'"
expect 2 -p "$work/p" import b && says err "SHY-1412"

finish
