#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh BUILD PROJECT: makes a project of small invented files in the ministry's layouts
# (tests/fixtures/demo) and of the published figures that the standard pack carries, imports them,
# runs both packs, shows some tables and writes a CSV for a spreadsheet.
set -eu
if [ $# != 2 ]; then
  echo "usage: sh demo.sh BUILD PROJECT" >&2
  exit 2
fi
source=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
project=$2
if [ -e "$project" ]; then
  if [ ! -e "$project/.demo" ]; then
    echo "demo: $project is there and is no demonstration; name another folder" >&2
    exit 2
  fi
  rm -rf "$project"
fi

shihyo() { "$build/run" shihyo -p "$project" "$@"; }
show() {
  printf '\n== shihyo show %s\n' "$*"
  shihyo show "$@"
}

"$build/run" shihyo -q init "$project" --prefecture 29
: >"$project/.demo"
cp -r "$source/tests/fixtures/demo/." "$project/data"
mkdir "$project/data/standard" "$project/data/sample"
for part in data layouts; do
  cp -r "$source/indicators/standard/$part" "$project/data/standard/$part"
  cp -r "$source/indicators/sample_prefecture/$part" "$project/data/sample/$part"
done
chmod -R u+w "$project/data"
cp "$source/tests/fixtures/demo.lua" "$project/project.lua"

echo "== shihyo import"
shihyo import
echo "== shihyo run"
shihyo run
show homecare.visit_care.patients
show homecare.visit_care.patients_by_item
show homecare.discharge_support.items
show discharge.patient_survey
show data_use.prefectures
show project.mean_items project.mean_items_by_rate
show sample.leak_rate
show sample.acp.share sample.discharge_rule.all
shihyo report -o "$project/report.csv"

cat <<END

The project is in $project:
  project.lua   its settings and sources      data/        the files it read
  project.db    the results                   report.csv   all values, for a spreadsheet
All figures of data/ndb, data/beds, data/areas/population.csv and data/sample are invented.
Try: $build/run shihyo -p $project show homecare.house_call.patients
END
