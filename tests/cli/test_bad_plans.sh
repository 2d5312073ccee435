#!/bin/sh
# SPDX-License-Identifier: MIT
# What a planner gets wrong, tried as a stranger would: every message has code, place, value, the
# likely cause and what to do, in English and in Japanese, and nothing becomes a wrong number.
. "${srcdir:-.}/tests/cli/lib.sh"

p=$work/p
mkdir -p "$p/mine"
cat >"$p/project.lua" <<'LUA'
return { prefecture = "29", packs = { "./mine" }, area_sets = { "municipality", "secondary", "prefecture" }, sources = {
  { name = "areas", plugin = "facts", options = { files = "areas.csv", layout = "areas.lua" } },
  { name = "members", plugin = "facts", options = { files = "members.csv", layout = "members.lua" } },
  { name = "population", plugin = "facts", options = { files = "population.csv", layout = "population.lua" } },
  { name = "meetings", plugin = "facts", options = { files = "meetings.csv", layout = "meetings.lua" } } } }
LUA
cat >"$p/areas.lua" <<'LUA'
return { contract = "areas", label = "市町村", columns = { { name = "area", from = "コード" }, { name = "name", from = "名称" } },
  constants = { area_set = "municipality" } }
LUA
cat >"$p/population.lua" <<'LUA'
return { contract = "population", label = "人口", columns = { { name = "area", from = "市町村" }, { name = "value", from = "人口" } },
  constants = { area_set = "municipality", period = "2020-10-01", sex = "both", age_from = 0, projection = false } }
LUA
cat >"$p/meetings.lua" <<'LUA'
return { table = "meetings", label = "開催", columns = { { name = "area", from = "市町村" }, { name = "period", from = "年度" },
  { name = "held", from = "回数", type = "int", unit = "回" } }, constants = { area_set = "municipality" } }
LUA
cat >"$p/mine/pack.lua" <<'LUA'
return { id = "mine", version = "1.0.0", api = 1, name = "県の指標", publisher = "x", licence = "MIT" }
LUA
printf 'コード,名称\n29201,奈良市\n29202,大和高田市\n29203,大和郡山市\n29204,天理市\n' >"$p/areas.csv"
printf '市町村,圏域\n29201,2901\n29202,2902\n29203,2902\n29203,2901\n' >"$p/members.csv"
printf '市町村,人口\n29201,360000\n29202,60000\n29203,0\n' >"$p/population.csv"
printf '市町村,年度,回数\n29201,令和4年度,12\n29202,令和4年度,3\n29203,令和4年度,4\n29204,令和4年度,5\n' >"$p/meetings.csv"
cat >"$p/mine/meetings.lua" <<'LUA'
local meetings = facts_table { id = "meetings", label = "開催", columns = { { "held", "int", label = "回数", unit = "回" } } }
indicator { id = "my.meetings", name = "開催回数", unit = "回", value = meetings:sum(), rates = { per(10000, population {}) } }
LUA

both() { # EXIT COMMAND…: in Japanese to out.ja and err.ja, then in English
  code=$1
  shift
  SHIHYO_LANG=ja
  expect "$code" -p "$p" "$@"
  cp "$work/out" "$work/out.ja"
  cp "$work/err" "$work/err.ja"
  SHIHYO_LANG=en
  expect "$code" -p "$p" "$@"
}

# A mapping that gives the contract a column it does not have.
cat >"$p/members.lua" <<'LUA'
return { contract = "area_members", label = "圏域", columns = { { name = "part", from = "市町村" }, { name = "area", from = "圏域" } },
  constants = { member_set = "municipality", area_set = "secondary" } }
LUA
both 10 import members && says err "SHY-1402: Source 'members': The contract 'area_members' has no column 'part'." &&
  says err "Its columns are: area_set, area, member_set, member, valid_from, valid_to." && says err.ja "列は次のとおりです"
sed 's/"part"/"membre"/' "$p/members.lua" >"$work/m" && cp "$work/m" "$p/members.lua"
expect 10 -p "$p" import members && says err "Did you mean 'member'"
sed 's/"membre"/"member"/' "$p/members.lua" >"$work/m" && cp "$work/m" "$p/members.lua"

# An area set that doubles a municipality and leaves one out.
both 0 import --force && says err "29203 大和郡山市 lies in 2901 and 2902" && says err "It counts in 2901 only" &&
  says err "leaves out municipalities (1): 29204 天理市" && says err.ja "29203 大和郡山市が2901と2902に属しています" &&
  says err.ja "どの圏域にも属さない市区町村があります（1）: 29204 天理市"

# A population of nobody, none at all, and none of a part: no rate, with the reason; never infinity.
both 0 run
both 0 show && says out "The denominator is zero." && says out "There is no population for the area, or not for all" &&
  says out.ja "分母がゼロです" && says out.ja "人口、またはその中の圏域の一部の人口がありません"
expect 0 -p "$p" show --format csv
for cell in 29201:0.3333333333333333: 29203::zero_denominator 29204::no_population 29::no_population; do
  area=${cell%%:*}
  rest=${cell#*:}
  got=$(awk -F, -v a="$area" '$5 == a && $8 == "rate:10000:all" { print $12 ":" $19 }' "$work/out")
  [ "$got" = "$rest" ] || { echo "FAIL: the rate of $area: $got"; failures=1; }
done
grep -iE 'inf|nan' "$work/out" && { echo "FAIL: a rate without denominator"; failures=1; }

# A circle, and code lists with an overlap, a gap, and an end before its begin.
cat >"$p/mine/wrong.lua" <<'LUA'
indicator { id = "my.a", name = "あ", unit = "回", value = ratio(value_of "my.b", value_of "my.meetings") }
indicator { id = "my.b", name = "い", unit = "回", value = total { value_of "my.c", value_of "my.meetings" } }
indicator { id = "my.c", name = "う", unit = "%", value = value_of "my.a":growth { years = 1 } }
code_list { id = "my.visit", label = "訪問診療", source = "マスター", complete = { from = "2022-04", to = "2026-05" },
  entries = { { "114001110", "訪問診療料", from = "2022-04-01", to = "2024-05-31" },
              { "114001110", "訪問診療料（改）", from = "2024-04-01" } } }
code_list { id = "my.call", label = "往診", source = "マスター", complete = { from = "2022-04", to = "2026-05" },
  entries = { { "114000110", "往診料", from = "2022-04-01", to = "2023-03-31" }, { "114000110", "往診料", from = "2024-06-01" } } }
code_list { id = "my.ends", label = "往診", source = "マスター", complete = false,
  entries = { { "114000110", "往診料", from = "2025-04-01", to = "2023-03-31" } } }
indicator { id = "my.visits", name = "患者", unit = "人", value = medical_items { item = codes.visit }:persons(), by = areas.of "insurer" }
LUA
both 10 check
for text in "SHY-1710: my.b: Indicators use each other in a circle: my.b → my.c → my.a → my.b." \
  "p/mine/wrong.lua:2" "Compute one of them from data" \
  "SHY-1707: code list 'my.visit': The code '114001110' is in the list twice" "Both entries are valid on 2024-04-01." \
  "SHY-1708: code list 'my.call': The code '114000110' is not valid from 2023-04-01 to 2024-05-31" "Nothing is counted by it then." \
  "The code '114000110' has a 'from' (2025-04-01) that is later than its 'to' (2023-03-31)." \
  "Did you mean 'my.visit'?"; do
  says err "$text"
done
for text in "指標の参照が循環しています：my.b → my.c → my.a → my.b" "どれか一つを" "2024-04-01には両方の項目が有効です" \
  "2023-04-01から2024-05-31までは有効ではありません" "期間をつなげ" "「from」（2025-04-01）が「to」（2023-03-31）より後"; do
  says err.ja "$text"
done
rm "$p/mine/wrong.lua"

# Targets: everything wrong in a table is told at once.
cat >"$p/t.csv" <<'CSV'
計画,指標,圏域の種類,地域コード,種類,策定時,策定時の年度,目標年度,目標値
medical7,my.meetngs,市町村,29201,値,12,平成29年度,令和5年度,30
medical7,my.meetings,市町村,13101,値,12,平成29年度,令和5年度,30
medical7,my.meetings,市町村,29201,値,12,平成29年度,令和5年度,30
medical7,my.meetings,市町村,29201,値,12,平成29年度,令和5年度,40
medical7,my.meetings,市町村,29202,値,12,令和2年度,平成30年度,30
CSV
both 11 targets set "$p/t.csv"
for text in "t.csv:2" "There is no indicator 'my.meetngs'." "Did you mean 'my.meetings'?" "t.csv:3" "has no area '13101'" \
  "It has 4 areas, from 29201 to 29204." "t.csv:5" "There are two targets for 'my.meetings' in area 29201 at FY2023." \
  "The other one is in line 4." "t.csv:6" "The target's year FY2018 is not later than its baseline's, FY2020."; do
  says err "$text"
done
says err.ja "圏域は4個あります（29201から29204まで）。" && says err.ja "もう一つは4行目にあります。" && says err.ja "目標年度FY2018"
expect 2 -p "$p" targets evaluate medical7 && says err "SHY-2008"
finish
