#!/bin/sh
# SPDX-License-Identifier: MIT
# Logic models: listed with the latest values and targets, drawn, and refused where they are wrong.
. "${srcdir:-.}/tests/cli/lib.sh"

# The sample that comes along has no fault, and every item of it is in the drawing.
expect 0 check "$srcdir/indicators/logic_home_care"
grep -F "logic_home_care/model.lua" "$work/err" && { echo "FAIL: the sample has faults"; failures=1; }
expect 0 logic --pack "$srcdir/indicators/logic_home_care"
says out '在宅医療のロジックモデル（見本） (home_care)'
says out '    → 訪問診療を受けた患者数: 担い手が増え、訪問診療を受けられる人が増える'
expect 0 logic --pack "$srcdir/indicators/logic_home_care" --format csv
[ "$(wc -l <"$work/out")" = 21 ] || { echo "FAIL: lines of the CSV"; wc -l "$work/out"; failures=1; }

# A project with values and a target.
p=$work/p
mkdir -p "$p/packs/mine"
cat >"$p/packs/mine/pack.lua" <<'END'
return { id = "mine", version = "0.1.0", api = 1, name = "試験" }
END
cat >"$p/packs/mine/a.lua" <<'END'
local held = facts_table { id = "held", label = "研修", columns = { { "times", "int", unit = "回" }, { "trained", "int", unit = "人" } } }
indicator { id = "times", name = "研修の回数", unit = "回", value = held:sum "times", better = "higher" }
indicator { id = "trained", name = "修了者 <医師 & 看護師>", unit = "人", value = held:sum "trained", better = "higher" }
logic_model { id = "m", name = "研修",
  activity = { "times" }, output = { "trained" },
  intermediate = { { id = "visits", name = "訪問診療が増える", note = "測っていない" } }, final = { { id = "home", name = "家で暮らせる" } },
  links = { { from = "times", to = "trained", note = "研修を受ける" }, { from = "trained", to = "visits", note = "始める" },
    { from = "visits", to = "home", note = "支える" } } }
END
cat >"$p/project.lua" <<'END'
return { prefecture = "29", packs = { "./packs/mine" }, area_sets = { "prefecture" }, sources = {
  { name = "held", plugin = "facts", options = { table = "held", files = "held.csv", columns = {
    { name = "area", from = "県", level = "prefecture" }, { name = "period", from = "年度" },
    { name = "times", from = "回数", type = "int", unit = "回" }, { name = "trained", from = "修了者", type = "int", unit = "人" } } } } } }
END
printf '県,年度,回数,修了者\n29,令和4年度,3,20\n29,令和5年度,5,35\n30,令和5年度,1,9\n' >"$p/held.csv"
printf '計画,指標,圏域の種類,地域コード,種類,策定時,策定時の年度,目標年度,目標値\nmedical8,trained,都道府県,29,値,20,令和4年度,令和11年度,100\n' >"$p/t.csv"
expect 0 -p "$p" logic
says out 'no value'
expect 0 -p "$p" import
expect 0 -p "$p" run
expect 0 -p "$p" targets set "$p/t.csv"
expect 0 -p "$p" logic
says out '研修 (m)  29 奈良県'
says out '    35 人, FY2023'
says out '    medical8: on track'
says out '    → 訪問診療が増える: 始める'
says out '    測っていない'
expect 0 -p "$p" logic m --area 29 --format csv
head -n 1 "$work/out" | grep -qx 'model,level,id,name,indicator,area,value,unit,period,state,target,progress,to_level,to_id,to_name,note' ||
  { echo "FAIL: columns of the CSV"; failures=1; }
says out 'm,output,trained,修了者 <医師 & 看護師>,trained,29,35,人,FY2023,ok,medical8: on track,on_track,intermediate,visits,訪問診療が増える,始める'
says out 'm,final,home,家で暮らせる,,29,,,,,,,,,,'
expect 0 -p "$p" logic m --run 1 --plan medical8 --format json
says out '"progress": "on_track"'
says out '"note": "支える"'
# Words of the drawing are text, never markup; it needs nothing from elsewhere.
expect 0 -p "$p" logic m --draw "$work/m.svg"
grep -q '修了者 &lt;医師 &amp; 看護師&gt;' "$work/m.svg" || { echo "FAIL: escapes"; failures=1; }
grep -q '35 人 (FY2023)' "$work/m.svg" || { echo "FAIL: no value in the drawing"; failures=1; }
[ "$(grep -c 'marker-end' "$work/m.svg")" = 3 ] || { echo "FAIL: links of the drawing"; failures=1; }
grep -E 'href|url\(http|@import|<script|#[0-9a-f]*[1-9a-e][0-9a-f]*"' "$work/m.svg" && { echo "FAIL: colours or files"; failures=1; }
if command -v python3 >/dev/null; then
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$work/m.svg" || { echo "FAIL: no XML"; failures=1; }
fi

expect 2 -p "$p" logic n
says err "There is no logic model 'n'."
expect 2 -p "$p" logic --run x

# The area by its name; a word that is no area, a set that has no such area, a full disk.
expect 0 -p "$p" logic --area 奈良県 --by prefecture
says out '    35 人, FY2023'
expect 2 -p "$p" logic --area 99
says err "The run has no values in area '99'."
expect 2 -p "$p" logic --area 29 --by secondary
if [ -c /dev/full ]; then
  expect 1 -p "$p" logic m --draw /dev/full
  [ -c /dev/full ] || { echo "FAIL: the device was taken away"; failures=1; }
fi

# What is wrong is told with the nearest names.
wrong() { # TEXT OF THE MODEL, then what is said
  model=$1
  shift
  mkdir -p "$work/bad"
  cp "$p/packs/mine/pack.lua" "$work/bad/pack.lua"
  {
    sed -n '1,3p' "$p/packs/mine/a.lua"
    printf 'logic_model { id = "m", name = "n", %s }\n' "$model"
  } >"$work/bad/a.lua"
  shihyo check "$work/bad" >"$work/out" 2>"$work/err"
  for text; do says err "$text"; done
}
wrong 'output = { "traned" }, links = {}' "There is no indicator 'traned'." "'trained'"
wrong 'output = { "trained", "trained" }, links = {}' "'trained' stands in the model twice."
wrong 'output = { { id = "x" } }, links = {}' "An item of 'output' is not understood."
wrong 'links = {}' 'A logic model has 1 to 500 items, not 0.'
wrong 'activity = { "times" }, output = { "trained" }, links = { { from = "time", to = "trained", note = "x" } }' "The model has no item 'time' to link." "'times'"
wrong 'activity = { "times" }, output = { "trained" }, links = { { from = "times", to = "trained" } }' 'A link of the model is not understood.'
wrong 'activity = { "times" }, output = { "trained" }, links = { { from = "trained", to = "times", note = "x" } }' "The link from 'trained' to 'times' leads back."
wrong 'output = { "times", "trained" }, links = { { from = "trained", to = "times", note = "x" }, { from = "times", to = "trained", note = "x" } }' 'Links lead in a circle: times, trained.'
wrong 'activity = { "times" }, final = { "trained" }, links = { { from = "times", to = "trained", note = "x" } }' "warning SHY-1719" "The link from 'times' to 'trained' skips a level."
wrong 'activity = { "times" }, output = { "trained" }, links = {}' "'times' leads to nothing." "'trained' leads to nothing."
wrong 'final = { "trained" }, links = {}' "Nothing leads to 'trained'."
wrong 'finals = { "trained" }, links = {}' "'logic_model' has no field 'finals'." "'final'"

finish
