#!/bin/sh
# SPDX-License-Identifier: MIT
# extract.sh SRCDIR OUTPUT: collects the messages of the core and of the plugins. A plugin's
# messages are the fourth argument of host->error; the host translates them.
set -eu
case $2 in
/*) out=$2 ;;
*) out=$PWD/$2 ;;
esac
cd "$1"
# shellcheck disable=SC2046
xgettext --from-code=UTF-8 --language=C --sort-output --no-location --add-comments=TRANSLATORS \
  --keyword=_ --keyword=N_ --flag=_:1:pass-c-format --flag=N_:1:pass-c-format \
  --keyword=error:4 --flag=error:4:c-format \
  --package-name=shihyo --copyright-holder="the shihyo authors" -o "$out" \
  $(find core plugins -name '*.c' ! -name 'test_*' | LC_ALL=C sort)
