#!/bin/sh
# SPDX-License-Identifier: MIT
# The language of messages: Japanese wherever it is asked for, with or without a Japanese locale on
# the machine, English otherwise, and never both in one message.
# shellcheck disable=SC2317  # japanese and english are called by name
. "${srcdir:-.}/tests/cli/lib.sh"
[ -e po/locale/ja/LC_MESSAGES/shihyo.mo ] || { echo "built without msgfmt"; exit 77; }
unset LANGUAGE

# japanese FILE: every line that has words has Japanese ones; names of commands, paths and options
# may stand beside them. english FILE: no line has Japanese but examples of it.
japanese() {
  grep -v '^ok \|^shihyo [a-z]* \|^shihyo 0\.' "$work/$1" | grep '[a-z]' |
    LC_ALL=C grep -v '[^ -~]' | grep -v '^$' >"$work/lines"
  [ ! -s "$work/lines" ] && return
  echo "FAIL: no Japanese in:"
  cat "$work/lines"
  failures=$((failures + 1))
}
english() {
  if LC_ALL=C grep '[^ -~]' "$work/$1" | grep -v '…\|令和'; then
    echo "FAIL: not English"
    failures=$((failures + 1))
  fi
}

speaks() { # japanese or english, by the environment of now
  for command in init sources import run show report check test doctor help; do
    expect 0 help $command && "$1" out
  done
  expect 2 rnu && "$1" err
  expect 2 show --format xml && "$1" err
  expect 2 run --perod x && "$1" err
  expect 2 -p "$work/none" run && "$1" err
  expect 0 init "$work/$2" && "$1" err
  expect 2 -p "$work/$2" import && "$1" err
  mkdir "$work/$2/packs/p"
  echo 'return { id = "p", version = "1.0.0", name = "p", api = 1 }' >"$work/$2/packs/p/pack.lua"
  echo 'local t = {}; t.x()' >"$work/$2/packs/p/a.lua"
  expect 10 -p "$work/$2" check ./packs/p && "$1" err
}

unset LC_ALL LANG LC_MESSAGES
SHIHYO_LANG=ja
speaks japanese bare
LC_ALL=C
export LC_ALL
speaks japanese c
LC_ALL=C.UTF-8
speaks japanese utf8
unset LC_ALL SHIHYO_LANG
LANG=ja_JP.UTF-8
export LANG
speaks japanese locale
expect 0 --lang en help && english out
SHIHYO_LANG=en
export SHIHYO_LANG
speaks english chosen
unset SHIHYO_LANG
LANG=C
speaks english plain

finish
