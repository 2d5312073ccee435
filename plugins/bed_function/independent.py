#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The published workbooks of the bed-function report, against a second reading.

Every row that the plugin makes of a workbook is compared with what zipfile and ElementTree find in
it by the places of its cells, and the sums of the institutions with the sums the workbook prints.
Skipped (77) where the files are not there.
"""
import decimal
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

SRC = os.environ.get('srcdir', os.path.join(os.path.dirname(__file__), '..', '..'))
DATA = os.path.join(os.environ.get('SHIHYO_SHARED_DATA', os.path.join(SRC, '..', 'shared', 'data')),
                    'bed_function_report')
FILES = {'bed_institutions': '001723127.xlsx', 'beds': '001723349.xlsx',
         'home_care_demand': '001728462.xlsx',
         'discharge_destinations': 'facility_sheet_R6_1414120016.xlsx'}
DUMP = os.path.join('tests', 'dump_source')
MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
REL = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
FUNCTIONS = {'合計': 'total', '高度急性期': 'high_acute', '急性期': 'acute', '回復期': 'recovery',
             '慢性期': 'chronic'}


def text_of(item):
    return ''.join(t.text or '' for part in item
                   for t in ([part] if part.tag == MAIN + 't' else
                             part.findall(MAIN + 't') if part.tag == MAIN + 'r' else []))


def sheets(contract):
    """(name, {row: {column letters: text}}) of every sheet."""
    with zipfile.ZipFile(os.path.join(DATA, FILES[contract])) as z:
        strings = [text_of(s) for s in ET.fromstring(z.read('xl/sharedStrings.xml'))]
        targets = {r.get('Id'): r.get('Target')
                   for r in ET.fromstring(z.read('xl/_rels/workbook.xml.rels'))}
        for sheet in ET.fromstring(z.read('xl/workbook.xml')).find(MAIN + 'sheets'):
            rows = {}
            for c in ET.fromstring(z.read('xl/' + targets[sheet.get(REL + 'id')])).iter(MAIN + 'c'):
                value = c.find(MAIN + 'v')
                if value is None:
                    continue
                letters, number = re.match('([A-Z]+)([0-9]+)', c.get('r')).groups()
                text = strings[int(value.text)] if c.get('t') == 's' else value.text
                rows.setdefault(int(number), {})[letters] = text
            yield sheet.get('name'), rows


def dump(contract, **options):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
        json.dump(options, f)
        f.flush()
        env = dict(os.environ, SHIHYO_PLUGIN_PATH=os.path.abspath('plugins'))
        out = subprocess.run([DUMP, 'bed_function', f.name, contract,
                              os.path.join(DATA, FILES[contract])],
                             env=env, stdout=subprocess.PIPE, check=True).stdout.decode()
    lines = out.split('\n')
    names = lines[0].split('\t')
    return [dict(zip(names, line.split('\t'))) for line in lines[1:-1]]


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


def must(condition, *what):
    if not condition:
        raise SystemExit(' '.join(str(w) for w in what))


def figure(text):
    return {'*': '!masked', '＊': '!masked', '-': '!not_applicable', None: '!missing'}.get(text, text)


def institution_rows():
    """Expected rows, and per area what section (1) prints."""
    expected, printed = [], {}
    for name, rows in sheets('bed_institutions'):
        area = rows[8]['A'].zfill(4)
        must(name.startswith(rows[8]['A']), name, rows[8]['A'])
        printed[area] = (rows[7], rows[8])
        for number in sorted(r for r in rows if r >= 14):
            c = rows[number]
            if not re.fullmatch('[0-9]+', c.get('A', '')):
                continue
            silent = not any(k in c for k in 'JKLMNW')
            flags = ['', ''] if silent else ['01'['V' in c], '01'['S' in c]]
            figures = ['!unreported' if silent else figure(c.get(k)) for k in 'IJKLMNW']
            expected.append((f'{area}-{c["A"]}', c['B'], c.get('H', ''), area, *flags, *figures))
    return expected, printed


def number(text):
    return int(text) if re.fullmatch('[0-9]+', text) else 0


def check_institutions():
    expected, printed = institution_rows()
    columns = ('institution', 'name', 'place', 'area', 'home_care_support', 'regional_support',
               'beds', 'beds_high_acute', 'beds_acute', 'beds_recovery', 'beds_chronic',
               'beds_dormant', 'ambulances')
    rows = dump('bed_institutions')
    compare('institutions', rows, expected, columns)
    must({r['period'] for r in rows} == {'2025-07-01'}, 'period')
    must({r['period'] for r in dump('bed_institutions', as_of='令和6年7月1日')} == {'2024-07-01'},
         'as_of')
    masked = areas_with_more = 0
    for area, (top, below) in printed.items():
        own = [r for r in rows if r['area'] == area]
        told = [r for r in own if r['beds'] != '!unreported']
        # Hospitals and clinics are counted without those that did not report.
        must(len(told) == int(top['F']) + int(top['G']), area, 'institutions')
        must(len(own) - len(told) == int(below['F']) + int(below['G']), area, 'unreported')
        # Beds in use are counted without the dormant ones.
        must(sum(number(r['beds']) - number(r['beds_dormant']) for r in told) == int(top['I']),
             area, 'beds')
        for column, letter in (('beds_high_acute', 'J'), ('beds_acute', 'K'),
                               ('beds_recovery', 'L'), ('beds_chronic', 'M'),
                               ('beds_dormant', 'N')):
            must(sum(number(r[column]) for r in told) == int(top[letter]), area, column)
        for column, letter in (('regional_support', 'S'), ('home_care_support', 'V')):
            must(sum(r[column] == '1' for r in told) == int(top[letter]), area, column)
        # The printed number of ambulances has the masked ones in it: 1 to 9 each.
        hidden = sum(r['ambulances'] == '!masked' for r in told)
        rest = int(top['W']) - sum(number(r['ambulances']) for r in told)
        must(hidden <= rest <= 9 * hidden, area, 'ambulances', rest, hidden)
        masked += hidden
        areas_with_more += rest > 0
    print(f'sums: {len(printed)} areas agree; {masked} masked numbers of ambulances are in the '
          f'printed sums of {areas_with_more} areas')
    return rows


def check_beds(institutions):
    years = {'F': '2015', 'H': '2018', 'I': '2019', 'J': '2020', 'K': '2021', 'L': '2022',
             'M': '2023', 'N': '2024', 'O': '2025'}
    expected = []
    (_, cells), = sheets('beds')
    for c in cells.values():
        if c.get('E') in FUNCTIONS and 'B' in c:
            area, function = c['B'].zfill(4), FUNCTIONS[c['E']]
            expected += [(area, y, function, 'actual', c[k]) for k, y in years.items()]
            expected += [(area, '2026', function, 'expected', c['R']),
                         (area, '2025', function, 'required', c['S'])]
    rows = dump('beds')
    compare('beds', rows, expected, ('area', 'period', 'function', 'status', 'value'))
    # The other workbook has the same beds by institution.
    for column, function in (('beds_high_acute', 'high_acute'), ('beds_acute', 'acute'),
                             ('beds_recovery', 'recovery'), ('beds_chronic', 'chronic')):
        sums = {}
        for r in institutions:
            sums[r['area']] = sums.get(r['area'], 0) + number(r[column])
        actual = {r['area']: int(r['value']) for r in rows if r['function'] == function and
                  r['status'] == 'actual' and r['period'] == '2025'}
        must(sums == actual, 'the two workbooks differ in', function)
    print('beds: the two workbooks agree for 2025')


def check_demand():
    years = dict(zip('FGHIJK', ('2024', '2030', '2035', '2040', '2045', '2050')))
    expected = []
    for name, rows in sheets('home_care_demand'):
        kind = 'home_visit' if '訪問診療' in name else 'outpatient'
        for c in rows.values():
            if not re.fullmatch('[0-9]{4}', c.get('B', '')):
                continue
            for letter, year in years.items():
                # The double that the cell stands for, at four digits.
                value = decimal.Decimal(repr(float(c[letter]))).quantize(
                    decimal.Decimal('0.0001'), rounding=decimal.ROUND_HALF_UP)
                expected.append((c['B'], 'FY' + year, kind, '01'[year != '2024'], str(value)))
    compare('demand', dump('home_care_demand'), expected,
            ('area', 'period', 'kind', 'projection', 'value'))


def check_facility():
    order = ('total', 'home', 'hospital', 'rouken', 'tokuyou', 'care_medical_facility',
             'welfare_facility', 'death', 'other')
    (_, rows), = sheets('discharge_destinations')
    # Items (90) to (98); the first that is (90) is that of the section of places.
    items = {}
    for c in rows.values():
        m = re.fullmatch(r'様式１診療所票\((9[0-8])\)', c.get('A', ''))
        if m:
            items.setdefault(int(m.group(1)), c)
    expected = [('FY2023', '1414120016', '1412', 'vision', code, figure(items[90 + i]['J']))
                for i, code in enumerate(order)]
    rows = dump('discharge_destinations',
                facilities={'Sola Clinic': {'institution': '1414120016', 'area': '1412'}})
    compare('facility', rows, expected,
            ('period', 'institution', 'area', 'area_set', 'destination', 'value'))


def main():
    if not all(os.path.exists(os.path.join(DATA, f)) for f in FILES.values()):
        print('the published workbooks are not here')
        return 77
    check_beds(check_institutions())
    check_demand()
    check_facility()
    return 0


if __name__ == '__main__':
    sys.exit(main())
