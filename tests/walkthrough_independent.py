#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Computes the values of docs/walkthrough.md from the workbooks themselves, with nothing of
shihyo (zip, XML and CSV readers of Python only), and compares every one of them with the CSV files
that the walk-through wrote: the number, its parts and its state. Exit 1 where anything differs.

  python3 tests/walkthrough_independent.py DATA FOLDER     DATA: the shared data; FOLDER: walk/
  python3 tests/walkthrough_independent.py DATA            computes only (for the benchmark)
"""
import csv
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from fractions import Fraction

NS = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
REL = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
VISIT = ['114001110', '114030310', '114042110', '114042210', '114042810', '114046310']
SHORT = {'114001110': '(1)1 同一建物居住者以外', '114030310': '(1)1 同一建物居住者',
         '114042110': '(1)2 同一建物居住者以外', '114042210': '(1)2 同一建物居住者',
         '114042810': '(2)イ', '114046310': '(2)ロ'}
HYGIENE = ['303007310', '303007410', '303007510']
ASSISTANT = ['303004270', '303004370', '303006970', '303007070']
FUNCTIONS = ['合計', '高度急性期', '急性期', '回復期', '慢性期']
STATUS = ['実績', '見込量', '必要数']
MASKED = ('-', '‐', '*', '＊')


def position(ref):
    n = 0
    for c in re.match('[A-Z]+', ref).group():
        n = n * 26 + ord(c) - 64
    return n - 1


def text_of(si):
    """A shared string without its readings."""
    return ''.join(t.text or '' for c in si for t in ([c] if c.tag == NS + 't' else
                                                      c.iter(NS + 't') if c.tag == NS + 'r' else []))


def sheets(path):
    """(name, {row: {column: text}}) of every sheet."""
    with zipfile.ZipFile(path) as z:
        strings = []
        if 'xl/sharedStrings.xml' in z.namelist():
            strings = [text_of(si) for si in ET.fromstring(z.read('xl/sharedStrings.xml'))]
        links = {r.get('Id'): r.get('Target')
                 for r in ET.fromstring(z.read('xl/_rels/workbook.xml.rels'))}
        for s in ET.fromstring(z.read('xl/workbook.xml')).iter(NS + 'sheet'):
            target = links[s.get(REL + 'id')].lstrip('/')
            target = target if target.startswith('xl/') else 'xl/' + target
            rows = {}
            for row in ET.fromstring(z.read(target)).iter(NS + 'row'):
                cells = {}
                for c in row:
                    v = c.find(NS + 'v')
                    if v is not None and v.text is not None:
                        cells[position(c.get('r'))] = (strings[int(v.text)]
                                                       if c.get('t') == 's' else v.text)
                rows[int(row.get('r'))] = cells
            yield s.get('name'), rows


def squeeze(text):
    return re.sub(r'\s', '', text or '')


def ndb_table(path, sheet, codes):
    """{code: {area: text}}; areas are secondary or prefecture codes, 'total' and 'other'."""
    for name, rows in sheets(path):
        if name != sheet:
            continue
        head = next(r for r in sorted(rows) if '診療行為コード' in map(squeeze, rows[r].values()))
        code = next(c for c, t in rows[head].items() if squeeze(t) == '診療行為コード')
        total = next(c for c, t in rows[head].items() if squeeze(t).startswith('総計'))
        areas = {total: 'total'}
        for r in (head, head + 1):
            for c, t in rows[r].items():
                if c > total and re.fullmatch(r'\d{4}|\d{2}', squeeze(t)):
                    areas[c] = squeeze(t)
                elif c > total and squeeze(t) == '二次医療圏判別不可':
                    areas[c] = 'other'
        return {rows[r][code]: {a: rows[r].get(c, '') for c, a in areas.items()}
                for r in rows if rows[r].get(code) in codes}
    raise SystemExit(f'{path}: no sheet {sheet}')


def population(data):
    """{area: (all, 65+, 75+)} of secondary areas and prefectures."""
    parent = {}
    with open(f'{data}/areas/mie_area_municipalities.csv', encoding='utf-8-sig') as f:
        for r in csv.DictReader(f):
            parent[r['area_code']] = r['parent_iryoken2_code']
    result = {}
    with open(f'{data}/areas/population_iryoken2_age_sex.csv', encoding='utf-8-sig') as f:
        for r in csv.DictReader(f):
            bands = {k: int(v) for k, v in r.items() if re.match(r'pop_\d', k or '')
                     and k != 'pop_65plus'}
            age = {k: int(re.search(r'\d+', k).group()) for k in bands}
            parts = (sum(bands.values()) + int(r['pop_age_unknown']),
                     sum(v for k, v in bands.items() if age[k] >= 65),
                     sum(v for k, v in bands.items() if age[k] >= 75))
            vision = r['area_code']
            for key in {vision if vision[:2] == '24' else None, parent.get(vision, vision),
                        vision[:2]} - {None}:
                name = ('vision' if key == vision and len(key) == 4 and key in parent else '', key)
                old = result.get(name, (0, 0, 0))
                result[name] = tuple(a + b for a, b in zip(old, parts))
    secondary = {k[1]: v for k, v in result.items() if k[0] == ''}
    vision = {**{k: v for k, v in secondary.items() if k[:2] != '24'},
              **{k[1]: v for k, v in result.items() if k[0] == 'vision'}}
    return secondary, vision


class Expected:
    """(indicator, area set, area, period, measure, dimensions) to (state, exact value)."""

    def __init__(self):
        self.cells = {}

    def add(self, key, state, value=None):
        assert key not in self.cells, key
        self.cells[key] = (state, value)

    def rates(self, key, state, value, people):
        """The count and its rates per 75+, 65+ and everybody."""
        self.add(key(0), state, value)
        for measure, per, n in (('rate:10000:75+', 10000, people[2]),
                                ('rate:100000:65+', 100000, people[1]),
                                ('rate:100000:all', 100000, people[0])):
            self.add(key(measure), state, None if value is None else Fraction(value * per, n))


def figure(text):
    text = (text or '').strip()
    if text in MASKED:
        return 'masked', None
    return 'ok', int(text.replace(',', ''))


def area_set(area):
    return 'secondary' if len(area) == 4 else 'prefecture'


def visit_care(data, expected, people):
    area = ndb_table(f'{data}/ndb_open_data/001258409.xlsx', '全体', VISIT)
    pref = ndb_table(f'{data}/ndb_open_data/001258407.xlsx', '全体', VISIT)
    tables = {c: {**area[c], **pref[c]} for c in VISIT}
    places = [a for a in tables[VISIT[0]] if a not in ('total', 'other')]
    assert sum(len(a) == 4 for a in places) == 335 and sum(len(a) == 2 for a in places) == 47
    for a in places:
        def key(measure, indicator='homecare.visit_care.patients', dims=''):
            return (indicator, area_set(a), a, 'FY2022', measure or 'count', dims)
        state, value = figure(tables[VISIT[0]][a])
        expected.rates(key, state, value, people[a])
        expected.add(key('rate:1000:75+'), state,
                     None if value is None else Fraction(value * 1000, people[a][2]))
        for code in VISIT:
            expected.add(key(0, 'homecare.visit_care.patients_by_item', '訪問診療料=' + SHORT[code]),
                         *figure(tables[code][a]))
    items_area = ndb_table(f'{data}/ndb_open_data/001258291.xlsx', '全体', VISIT)
    items_pref = ndb_table(f'{data}/ndb_open_data/001258289.xlsx', '全体', VISIT)
    items = {c: {**items_area[c], **items_pref[c]} for c in VISIT}
    for a in places:
        known = [figure(items[c][a]) for c in VISIT]
        values = [v for s, v in known if s == 'ok']
        state = ('masked' if not values else 'ok' if len(values) == len(known) else 'partial')
        expected.rates(lambda m: ('homecare.visit_care.items', area_set(a), a, 'FY2022',
                                  m or 'count', ''), state, sum(values) if values else None,
                       people[a])


def dental(data, expected, people):
    """Sums over codes: items of the guidance by hygienists, patients of the addition for their help."""
    for indicator, path, sheet, codes in (
            ('homecare.dental_hygiene.items', '001258471', '全体', HYGIENE),
            ('homecare.dental_assistant.patients', '001258631', '全体（加算）', ASSISTANT)):
        table = ndb_table(f'{data}/ndb_open_data/{path}.xlsx', sheet, codes)
        assert set(table) == set(codes)
        for a in (a for a in table[codes[0]] if a not in ('total', 'other')):
            known = [figure(table[c][a]) for c in codes]
            values = [v for s, v in known if s == 'ok']
            state = 'masked' if not values else 'ok' if len(values) == len(known) else 'partial'
            expected.rates(lambda m: (indicator, 'secondary', a, 'FY2022', m or 'count', ''),
                           state, sum(values) if values else None, people[a])


def beds(data, expected, people):
    folder = f'{data}/bed_function_report'
    support, stated = {}, {}
    for name, rows in sheets(f'{folder}/001723127.xlsx'):
        code = re.match(r'\d+', name).group().zfill(4)
        heads = [(r, c) for r in sorted(rows) for c, t in rows[r].items()
                 if squeeze(t) == '在宅療養支援' or squeeze(t).startswith('在宅療養支援')]
        first = next(r for r in sorted(rows) if any('医療機関名' in squeeze(t)
                                                    for t in rows[r].values()))
        column = max(c for r, c in heads)
        # The area's own row repeats the sum: another check of the published workbook.
        stated[code] = int(rows[7].get(column, '0'))
        support[code] = sum(1 for r, cells in rows.items()
                            if r > first and squeeze(cells.get(column)) == '在支')
    assert len(support) == 339
    differing = [c for c in support if support[c] != stated[c]]
    if differing:
        print(f'note: {len(differing)} areas state another number of institutions: {differing[:5]}')
    for a, n in support.items():
        expected.rates(lambda m: ('homecare.support.institutions', 'vision', a, '2025-07-01',
                                  m or 'count', ''), 'ok', n, people[a])
    code = None
    for name, rows in sheets(f'{folder}/001723349.xlsx'):
        for r in sorted(rows):
            cells = rows[r]
            label = {c: squeeze(re.sub('[ァ-ヶー]+$', '', t)) for c, t in cells.items()}
            where = [c for c, t in label.items() if t == '構想区域']
            if where:
                code = next(cells[c] for c in sorted(cells) if c > where[0]).zfill(4)
            years = {}
            for c, t in label.items():
                m = re.fullmatch(r'(\d{4})年?(実績|見込量|必要数)', t)
                if m:
                    years[c] = m.groups()
            if years:
                header = years
            function = next((t for c, t in label.items() if t in FUNCTIONS), None)
            if code and function and not where:
                for c, (year, status) in header.items():
                    expected.add(('beds.by_function', 'vision', code, year, 'count',
                                  f'病床機能={function};区分={status}'), *figure(cells[c]))
    for name, rows in sheets(f'{folder}/001728462.xlsx'):
        if '訪問診療' not in name:
            continue
        years = {c: re.match(r'\d{4}', t).group() for c, t in rows[4].items()
                 if re.match(r'\d{4}年度', t)}
        for r in sorted(rows):
            code = rows[r].get(1, '')
            if re.fullmatch(r'\d{3,4}', code):
                for c, year in years.items():
                    value = Fraction(rows[r][c]).limit_denominator(10**12)
                    value = Fraction(int(value * 10000 + Fraction(1, 2)), 10000)
                    expected.add(('homecare.demand.home_visit', 'vision', code.zfill(4),
                                  'FY' + year, 'count', ''), 'ok', value)


def compare(folder, expected):
    seen, faults = {}, []
    for name in ('visit_care.csv', 'visit_care_items.csv', 'dental.csv', 'beds.csv'):
        with open(f'{folder}/{name}', encoding='utf-8') as f:
            for r in csv.DictReader(f):
                key = (r['indicator'], r['area_set'], r['area_code'], r['period'], r['measure'],
                       r['dimensions'])
                # Dental care is published by secondary area alone: what is added from them is not looked at.
                if r['area_set'] != 'nation' and (name, r['area_set']) != ('dental.csv', 'prefecture'):
                    seen[key] = r
    for key, (state, value) in expected.cells.items():
        r = seen.get(key)
        if r is None:
            faults.append(f'{key}: not there')
        elif r['state'] != state:
            faults.append(f'{key}: {r["state"]}, expected {state}')
        elif value is not None and abs(float(r['value']) - float(value)) > 1e-9 * abs(value):
            faults.append(f'{key}: {r["value"]}, expected {float(value)}')
        elif value is None and r['value'] != '':
            faults.append(f'{key}: {r["value"]} where it is {state}')
    shown = {i for i, *_ in expected.cells}
    for key, r in seen.items():
        if key not in expected.cells and key[0] in shown and r['state'] in ('ok', 'partial'):
            faults.append(f'{key}: {r["value"]}, not expected')
    return faults


def main():
    data, folder = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    expected = Expected()
    secondary, vision = population(data)
    visit_care(data, expected, secondary)
    dental(data, expected, secondary)
    beds(data, expected, vision)
    states = {}
    for state, _ in expected.cells.values():
        states[state] = states.get(state, 0) + 1
    print(len(expected.cells), 'values:', ', '.join(f'{n} {s}' for s, n in sorted(states.items())))
    faults = compare(folder, expected) if folder else []
    for fault in faults[:20]:
        print('DIFFERS', fault)
    if faults:
        print(len(faults), 'values differ')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
