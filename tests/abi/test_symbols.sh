#!/bin/sh
# SPDX-License-Identifier: MIT
# A plugin exports its one symbol; every global name of the core has the project's prefix.
command -v nm >/dev/null || { echo "nm is not installed"; exit 77; }
bad=0
checked=0
for module in plugins/*/.libs/*.so plugins/*/build/.libs/*.so; do
    [ -e "$module" ] || continue
    name=$(basename "$module" .so)
    exported=$(nm -D --defined-only "$module" | awk '$2 ~ /[A-TV-Z]/ { print $3 }' | grep -v '^__')
    checked=$((checked + 1))
    if [ "$exported" != "${name}_LTX_shihyo_plugin" ]; then
        echo "$module exports: $exported"
        bad=1
    fi
done
names=$(nm -g --defined-only core/.libs/libshihyo.a | awk 'NF == 3 { print $3 }' | sort -u)
if [ -z "$names" ]; then
    echo "no names in core/.libs/libshihyo.a"
    exit 99
fi
wrong=$(echo "$names" | grep -v -E '^(shy_|shihyo_|__)')
if [ -n "$wrong" ]; then
    echo "names without prefix:" "$wrong"
    bad=1
fi
echo "$checked modules, $(echo "$names" | wc -l) names of the core"
exit $bad
