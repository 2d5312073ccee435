#!/bin/sh
# SPDX-License-Identifier: MIT
# The public headers compile alone, as strict C11 and as C++.
include=${srcdir:-.}/core/include
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
flags="-Wall -Wextra -Werror -pedantic -fsyntax-only -I$include"
for header in arrow plugin; do
    echo "#include <shihyo/$header.h>" >"$work/$header.c"
    cp "$work/$header.c" "$work/$header.cc"
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 $flags "$work/$header.c" || exit 1
done
cxx=$(command -v g++ || command -v clang++ || command -v c++)
if [ -z "$cxx" ]; then
    echo "no C++ compiler: C++ was not tried"
    exit 77
fi
for header in arrow plugin; do
    # shellcheck disable=SC2086
    "$cxx" -std=c++11 $flags "$work/$header.cc" || exit 1
done
