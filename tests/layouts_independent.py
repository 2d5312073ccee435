#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The layouts of indicators/standard/layouts on the published files, against a second reading.

Every row that the plugin `facts` makes of a file is compared with what the csv module, or zipfile
and ElementTree, find in it. Skipped (77) where the files are not there.
"""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
import zipfile

SRC = os.environ.get('srcdir', os.path.join(os.path.dirname(__file__), '..'))
DATA = os.environ.get('SHIHYO_SHARED_DATA', os.path.join(SRC, '..', 'shared', 'data'))
AREAS = os.path.join(DATA, 'areas')
LAYOUTS = os.path.join(os.path.abspath(SRC), 'indicators', 'standard', 'layouts')
DUMP = os.path.join('tests', 'dump_source')
MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'


def dump(layout, contract, file, **options):
    """The rows as dictionaries of texts."""
    options['layout'] = os.path.join(LAYOUTS, layout + '.lua')
    with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
        json.dump(options, f)
        f.flush()
        env = dict(os.environ, SHIHYO_PLUGIN_PATH=os.path.abspath('plugins'))
        out = subprocess.run([DUMP, 'facts', f.name, contract, os.path.join(AREAS, file)],
                             env=env, stdout=subprocess.PIPE, check=True).stdout.decode()
    lines = out.split('\n')
    names = lines[0].split('\t')
    return [dict(zip(names, line.split('\t'))) for line in lines[1:-1]]


def table(file):
    with open(os.path.join(AREAS, file), encoding='utf-8-sig', newline='') as f:
        return list(csv.DictReader(f))


def compare(what, rows, expected, columns):
    have = sorted(tuple(r[c] for c in columns) for r in rows)
    want = sorted(expected)
    if have != want:
        for row in [r for r in have if r not in set(want)][:3]:
            print(f'{what}: only by the plugin: {row}')
        for row in [r for r in want if r not in set(have)][:3]:
            print(f'{what}: only by the second reading: {row}')
        raise SystemExit(f'{what}: {len(have)} rows, expected {len(want)}')
    print(f'{what}: {len(have)} rows')


def check_areas():
    towns = table('municipality_to_iryoken2.csv')
    mie = table('mie_area_municipalities.csv')
    file = 'municipality_to_iryoken2.csv'
    rest = {(t['area_code'], t['area_name']) for t in towns if not t['area_code'].startswith('24')}
    names = ('area_set', 'area', 'name')
    members = ('area_set', 'area', 'member_set', 'member')
    compare('areas_vision', dump('areas_vision', 'areas', file),
            {('vision', t['area_code'], t['area_name']) for t in towns}, names)
    compare('areas_prefecture', dump('areas_prefecture', 'areas', file),
            {('prefecture', t['pref_code'], t['pref_name']) for t in towns}, names)
    compare('areas_municipality', dump('areas_municipality', 'areas', file),
            [('municipality', t['muni_code'], t['muni_name']) for t in towns], names)
    compare('area_members_vision', dump('area_members_vision', 'area_members', file),
            [('vision', t['area_code'], 'municipality', t['muni_code']) for t in towns], members)
    secondary = dump('areas_secondary', 'areas', file)
    secondary += dump('areas_secondary_mie', 'areas', 'mie_area_municipalities.csv')
    compare('areas_secondary', secondary,
            {('secondary', c, n) for c, n in rest} |
            {('secondary', t['parent_iryoken2_code'], t['parent_iryoken2_name']) for t in mie},
            names)
    if len(secondary) != 335:
        raise SystemExit(f'{len(secondary)} secondary areas, the ministry has 335')
    inside = dump('area_members_secondary', 'area_members', file)
    inside += dump('area_members_secondary_mie', 'area_members', 'mie_area_municipalities.csv')
    compare('area_members_secondary', inside,
            {('secondary', c, 'vision', c) for c, n in rest} |
            {('secondary', t['parent_iryoken2_code'], 'vision', t['area_code']) for t in mie},
            members)
    inside = dump('area_members_prefecture', 'area_members', file)
    inside += dump('area_members_prefecture_mie', 'area_members', 'mie_area_municipalities.csv')
    compare('area_members_prefecture', inside,
            {('prefecture', c[:2], 'secondary', c) for c, n in rest} |
            {('prefecture', '24', 'secondary', t['parent_iryoken2_code']) for t in mie}, members)


def check_census():
    rows = dump('population_vision_census', 'population', 'population_iryoken2_age_sex.csv')
    want, total = [], 0
    for t in table('population_iryoken2_age_sex.csv'):
        total += int(t['pop_total_census'])
        for label, value in t.items():
            m = re.fullmatch(r'pop_(?:(\d+)_(\d+)|(100)plus|(age_unknown))', label)
            if m:
                want.append(('vision', t['area_code'], '2020-10-01', t['sex'],
                             m.group(1) or m.group(3) or '', m.group(2) or '', '0', value))
    compare('population_vision_census', rows, want,
            ('area_set', 'area', 'period', 'sex', 'age_from', 'age_to', 'projection', 'value'))
    if sum(int(r['value']) for r in rows) != total:
        raise SystemExit('the bands do not add up to pop_total_census')
    print(f'population_vision_census: bands add up to {total}')


def sheet(file):
    """Rows of the first sheet as {column number: text}."""
    z = zipfile.ZipFile(os.path.join(AREAS, file))
    strings = []
    for si in ET.parse(z.open('xl/sharedStrings.xml')).getroot():
        strings.append(''.join(t.text or '' for e in si if e.tag != MAIN + 'rPh'
                               for t in e.iter(MAIN + 't')))
    rows = []
    for r in ET.parse(z.open('xl/worksheets/sheet1.xml')).getroot().find(MAIN + 'sheetData'):
        cells = {}
        for c in r:
            v = c.find(MAIN + 'v')
            if v is not None and v.text is not None:
                n = 0
                for letter in re.match('[A-Z]+', c.get('r')).group():
                    n = n * 26 + ord(letter) - 64
                cells[n - 1] = strings[int(v.text)] if c.get('t') == 's' else v.text
        rows.append(cells)
    return rows


def check_register():
    file = 'juki_age_muni_2025.xlsx'
    rows = dump('population_juki', 'population', file, constants={'period': '令和7年1月1日'})
    lines = sheet(file)
    bands = {}
    for i, label in lines[1].items():
        m = re.fullmatch(r'(\d+)歳(?:～(\d+)歳|以上)', label)
        if m:
            bands[i] = (m.group(1), m.group(2) or '')
    wards = {r[0] for r in lines[3:] if r.get(2, '').endswith('区')}
    want, prefecture, added = [], {}, {}
    for r in lines[3:]:
        sex = {'男': 'male', '女': 'female'}.get(r.get(3))
        if sex is None or r[0] == '-':
            continue
        if r[2] == '-':
            prefecture[r[1], sex] = sum(int(r[i]) for i in bands)
            continue
        name = unicodedata.normalize('NFKC', r[2])
        city = name.endswith('市') and any(
            x.get(2, '').startswith(name) and x[0] in wards and x[1] == r[1] for x in lines[3:])
        if name.endswith('郡') or name == '島しょ' or city:
            continue
        added[r[1], sex] = added.get((r[1], sex), 0) + sum(int(r[i]) for i in bands)
        for i, (low, high) in bands.items():
            want.append(('municipality', r[0][:5], '2025-01-01', sex, low, high, '0', r[i]))
    compare('population_juki', rows, want,
            ('area_set', 'area', 'period', 'sex', 'age_from', 'age_to', 'projection', 'value'))
    # What was left out were sums only: the municipalities add up to their prefecture.
    if added != prefecture:
        raise SystemExit('municipalities do not add up to the prefectures')
    print(f'population_juki: {len(prefecture)} sums of prefectures are met')


def check_shares():
    file = 'kekkahyo3_4.xlsx'
    rows = dump('share_75_projection', 'facts.share_75', file)
    lines = sheet(file)
    want = []
    for r in lines[5:]:
        if r.get(1) not in ('0', '2', '3'):
            continue
        for i, label in lines[4].items():
            # Rounded half up at the fourth digit, from the decimal text.
            whole, _, digits = r[i].partition('.')
            n = int(whole + (digits + '00000')[:4]) + (1 if (digits + '00000')[4] >= '5' else 0)
            want.append(('municipality', r[0].zfill(5), label[:4], f'{n // 10000}.{n % 10000:04}'))
    compare('share_75_projection', rows, want, ('area_set', 'area', 'period', 'share'))


def main():
    if not os.path.isdir(AREAS) or not os.path.exists('plugins/facts/.libs/facts.so'):
        print('the published files, or the plugin, are not there')
        sys.exit(77)
    check_areas()
    check_census()
    check_register()
    check_shares()


main()
