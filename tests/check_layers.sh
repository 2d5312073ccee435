#!/bin/sh
# SPDX-License-Identifier: MIT
# The arrows of docs/architecture.md: a layer includes only headers of layers below it, and each
# library's header stands in one place.
cd "${srcdir:-.}" || exit 1
bad=0

# LAYER: the layers it may include, besides itself and base.
allowed() {
  case $1 in
  base) echo "" ;;
  text) echo "" ;;
  stat) echo "" ;;
  contract) echo "" ;;
  area) echo "contract" ;;
  plugin) echo "contract text" ;;
  store) echo "contract" ;;
  import) echo "contract plugin store" ;;
  synth) echo "text" ;;
  plan) echo "contract stat" ;;
  exec) echo "contract area stat plan" ;;
  script) echo "contract stat plan exec" ;;
  target) echo "text" ;;
  result) echo "contract area stat plan exec store target text" ;; # database.h
  report) echo "contract area plan exec result target text" ;;
  project) echo "contract area plugin store import plan exec script result target" ;;
  cli) echo "contract area plugin store import synth plan exec script result target report project" ;;
  *) echo "?" ;;
  esac
}

for folder in core/*/; do
  layer=$(basename "$folder")
  [ "$layer" = include ] && continue
  ok=" base $layer $(allowed "$layer") "
  case $ok in
  *\?*)
    echo "core/$layer is not in docs/architecture.md and tests/check_layers.sh"
    bad=1
    continue
    ;;
  esac
  found=$(grep -rEno '#include "core/[a-z]+/' "$folder" --include='*.[ch]' |
    sed -E 's|^([^:]*):([0-9]+):#include "core/([a-z]+)/|\1:\2 \3|')
  while read -r place used; do
    [ -n "$used" ] || continue
    case $place in *test_*) continue ;; esac
    case $ok in
    *" $used "*) ;;
    *)
      echo "$place: core/$layer may not include core/$used"
      bad=1
      ;;
    esac
  done <<LIST
$found
LIST
done

only() { # HEADER FOLDER…: the header may be included only below the folders
  header=$1
  shift
  # No file's name has a space.
  # shellcheck disable=SC2013
  for place in $(grep -rlE "#include <$header>" core plugins --include='*.[ch]'); do
    case $place in */test_*) continue ;; esac
    fine=0
    for folder in "$@"; do
      case $place in "$folder"/*) fine=1 ;; esac
    done
    [ $fine = 1 ] || {
      echo "$place: $header belongs in $*"
      bad=1
    }
  done
}
only 'lua.*\.h' core/script
only ltdl.h core/plugin core/cli
only sqlite3.h core/store core/result

# shellcheck disable=SC2013
for place in $(grep -rlE '#include "core/' plugins --include='*.[ch]'); do
  case $place in */test_*) continue ;; esac
  echo "$place: a plugin includes only shihyo/plugin.h"
  bad=1
done
exit $bad
