#!/bin/sh
# SPDX-License-Identifier: MIT
# What README.md says about a plugin of one's own outside this tree: compiled with what pkg-config
# tells, loaded from SHIHYO_PLUGIN_PATH.
srcdir=${srcdir:-.}
command -v pkg-config >/dev/null || { echo "no pkg-config"; exit 77; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
sed 's/template/mine/g' "$srcdir/plugins/template/template.c" >"$work/mine.c" || exit 99
PKG_CONFIG_PATH=$PWD/core
export PKG_CONFIG_PATH
flags=$(pkg-config --cflags shihyo-uninstalled) || exit 1
# shellcheck disable=SC2086
${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -Wl,-z,now $flags \
    -o "$work/mine.so" "$work/mine.c" || exit 1
exported=$(nm -D --defined-only "$work/mine.so" | awk '{ print $3 }')
[ "$exported" = mine_LTX_shihyo_plugin ] || { echo "exports: $exported"; exit 1; }
