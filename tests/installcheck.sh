#!/bin/sh
# SPDX-License-Identifier: MIT
# installcheck.sh BINDIR PKGCONFIGDIR: the installed command finds its plugins, packs and
# translations by itself, and a plugin made with the installed header and pkg-config file loads.
bindir=$1
PKG_CONFIG_PATH=$2
export PKG_CONFIG_PATH
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
unset SHIHYO_PLUGIN_PATH SHIHYO_PACK_PATH SHIHYO_LOCALE_DIR SHIHYO_LANG
failures=0
complain() {
  echo "installcheck: $*" >&2
  failures=$((failures + 1))
}

# succeeds WORD…: runs the installed command, from a folder that is not ours.
succeeds() {
  (cd "$work" && "$bindir/shihyo" "$@") >"$work/out" 2>"$work/err" </dev/null && return
  complain "shihyo $* failed:"
  cat "$work/out" "$work/err" >&2
}

plugins=$(${PKG_CONFIG:-pkg-config} --variable=plugindir shihyo)
packs=$(${PKG_CONFIG:-pkg-config} --variable=packdir shihyo)
[ -d "$packs/standard" ] || complain "packdir of the pkg-config file has no packs: '$packs'"

succeeds --lang en sources
grep -q '^facts ' "$work/out" || complain "the plugin facts is not listed"
for module in "$plugins"/*.so; do
  [ -e "$module" ] || continue
  grep -qF "file: $module" "$work/out" || grep -qF "${module%.so}.la" "$work/out" ||
    complain "$module is not listed"
done
succeeds --lang en help
succeeds --lang ja help
if [ -n "$(find "$bindir/.." -name shihyo.mo)" ]; then
  grep -q '指標' "$work/out" || complain "the Japanese messages are not found"
fi
succeeds init "$work/project" --prefecture 29
succeeds -p "$work/project" doctor
for pack in "$packs"/*/pack.lua; do
  name=$(basename "$(dirname "$pack")")
  succeeds check "$name"
  succeeds test "$name"
done

sed 's/template/mine/g' "$srcdir/plugins/template/template.c" >"$work/mine.c"
# shellcheck disable=SC2046
${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -Wl,-z,now \
  $(${PKG_CONFIG:-pkg-config} --cflags shihyo) -o "$work/mine.so" "$work/mine.c" ||
  complain "a plugin does not compile against the installed header"
SHIHYO_PLUGIN_PATH=$work
export SHIHYO_PLUGIN_PATH
succeeds --lang en sources
grep -q '^mine ' "$work/out" || complain "a plugin on SHIHYO_PLUGIN_PATH is not listed"
[ $failures = 0 ] && echo "the installed command works"
