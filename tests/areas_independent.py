#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A second reading of the published changes of municipality codes, for test_areas_published.sh.

make DATA DIR: writes DIR/cases.csv, a count for every code that there was on 2005-03-31.
check DATA DIR DAY VALUES: the values of a run on the areas of DAY against a walk through the
changes, day by day, with sets of codes.
mie DATA DIR DAY VALUES: Mie's two area sets, added from the municipalities.
"""
import csv
import re
import sys

# Designated cities and the special wards: their wards' codes follow (総務省, 全国地方公共団体コード).
CITIES = ('01100 04100 11100 12100 13100 14100 14130 14150 15100 22100 22130 23100 26100 27100 '
          '27140 28100 33100 34100 40100 40130 43100').split()
YEAR = 'FY2004'


def city_of(code):
    if code[2] != '1' or code in CITIES:
        return None
    of = [c for c in CITIES if c[:2] == code[:2] and c < code]
    return of[-1] if of else None


def table(path):
    with open(path, encoding='utf-8-sig', newline='') as f:
        return list(csv.DictReader(f))


def changes(data):
    rows = [r for r in table(data + '/municipality_code_changes_2005-2018.csv')
            if r['before_code'] != 'NA']
    return sorted({(r['date'], r['before_code'][:5], r['after_code'][:5]) for r in rows})


def towns(data):
    return {r['muni_code'] for r in table(data + '/municipality_to_iryoken2.csv')}


def codes_of_2004(data):
    """Before their first change, and those that no change ever made."""
    all_changes = changes(data)
    first = {}
    for day, before, after in all_changes:
        first.setdefault(before, (day, 'before'))
        if after != before:
            first.setdefault(after, (day, 'after'))
    # of one day: a code that is before and after was there
    for day, before, _ in all_changes:
        if first[before] == (day, 'after'):
            first[before] = (day, 'before')
    codes = {c for c, (_, what) in first.items() if what == 'before'}
    codes |= {t for t in towns(data) if t not in first}
    # a designated city is its wards
    return codes - {city_of(c) for c in codes}


def count(code):
    return int(code) * 7919 % 1000 + 1


def walk(data, day):
    """Where each code of 2004 is on the day: a set of codes."""
    now = {c: {c} for c in codes_of_2004(data)}
    by_day = {}
    for d, before, after in changes(data):
        by_day.setdefault(d, {}).setdefault(before, set()).add(after)
    for d in sorted(by_day):
        if d <= day:
            for start in now:
                now[start] = set().union(*(by_day[d].get(c, {c}) for c in now[start]))
    return now


def values(path):
    return {(r['area_set'], r['area_code']): r for r in table(path)
            if r['period'] == YEAR and r['measure'] == 'count'}


def check(data, day, path):
    got, bad = values(path), []
    now, known = walk(data, day), towns(data)
    # 市区町村 of the day: today's carried back, which the run has; a city beside its wards is none
    areas = {a for s, a in got if s == 'municipality'}
    sums, refused, prefectures = {}, set(), {}
    for start, ends in now.items():
        prefectures[start[:2]] = prefectures.get(start[:2], 0) + count(start)
        wards = {e for e in ends if city_of(e)}
        ends = {e for e in ends if not (e in CITIES and e in {city_of(w) for w in wards})}
        if len(ends) == 1 and next(iter(ends)) in CITIES and next(iter(ends)) not in areas:
            refused |= {a for a in areas if city_of(a) == next(iter(ends))}
        elif len(ends) == 1:
            end = next(iter(ends))
            sums[end] = sums.get(end, 0) + count(start)
        else:
            refused |= ends
    for area in sorted(areas):
        r = got['municipality', area]
        if area in refused:
            if (r['state'], r['reason']) != ('not_computable', 'area_split'):
                bad.append(f'{area}: {r["value"]} {r["state"]} {r["reason"]}, it was split')
        elif area in sums and r['value'] != str(sums[area]):
            bad.append(f'{area}: {r["value"]} {r["state"]} {r["reason"]}, expected {sums[area]}')
    lost = {s: e for s, e in now.items() if not e & areas and not (e & set(CITIES))}
    for code, total in prefectures.items():
        total -= sum(count(s) for s in lost if s[:2] == code)
        r = got['prefecture', code]
        if r['value'] != str(total):
            bad.append(f'{code}: {r["value"]} {r["state"]} {r["reason"]}, expected {total}')
    if day == '2018-10-01':
        splits = {b for d, b in {(d, b) for d, b, _ in changes(data)}
                  if len({a for e, c, a in changes(data) if (e, c) == (d, b)}) > 1}
        if len(splits) != 11:
            bad.append(f'{len(splits)} splits')
        if len(lost) > 6 or not known:
            bad.append(f'{len(lost)} codes are lost')
        check_nara(data, bad)
    return bad


def check_nara(data, bad):
    """Days of the Japanese calendar in one table, of the common one in the other."""
    rows = {(r['before_city_name'], r['date']) for r in
            table(data + '/municipality_code_changes_2005-2018.csv')}
    met = 0
    for r in table(data + '/merged_towns_nara.csv'):
        year, month, day = (int(x) for x in re.findall(r'\d+', r['変更日']))
        date = f'{year + 1988}-{month:02}-{day:02}'
        name = re.sub('^.*郡', '', r['変更前'])
        if date >= '2005-04-01':
            met += (name, date) in rows or (name.replace('ケ', 'ヶ'), date) in rows
    if met != 8:
        bad.append(f'{met} of the eight towns of Nara are met')


def check_mie(data, path):
    got, bad = values(path), []
    now, at = walk(data, '2018-10-01'), {}
    for start, ends in now.items():
        for end in ends:
            at[end] = at.get(end, 0) + count(start)
    for key, name in (('vision', 'area_code'), ('secondary', 'parent_iryoken2_code')):
        sums = {}
        for r in table(data + '/mie_area_municipalities.csv'):
            sums[r[name]] = sums.get(r[name], 0) + at.get(r['muni_code'], 0)
        for area, total in sums.items():
            r = got.get((key, area), {'value': 'nothing'})
            if r['value'] != str(total):
                bad.append(f'{key} {area}: {r["value"]}, expected {total}')
    return bad


def main():
    what, data, folder = sys.argv[1:4]
    if what == 'make':
        with open(folder + '/cases.csv', 'w', encoding='utf-8') as f:
            f.write('code,year,cases\n')
            f.writelines(f'{c},平成16年度,{count(c)}\n' for c in sorted(codes_of_2004(data)))
        return
    bad = check(data, sys.argv[4], sys.argv[5]) if what == 'check' else check_mie(data, sys.argv[5])
    for line in bad[:10]:
        print(what, sys.argv[4], line)
    raise SystemExit(1 if bad else 0)


main()
