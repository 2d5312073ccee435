#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The ministry's workbooks of NDB open data, read a second time.

Reads every workbook with zipfile and ElementTree, by another way of thinking than the plugin's
(cells by their letters, classes from the merged ranges or the last filled cell above), and

- compares every row of the plugin with it: procedure, class, setting, place, sex, age, figure;
- adds up, for every procedure of every sheet of 算定回数, the areas and 判別不可: never more than
  総計, and the same where nothing is masked;
- compares the totals of all tables of one procedure.

Skipped (77) where the files are not there. A list of workbooks restricts the run.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.etree.ElementTree as ET
import zipfile

SRC = os.environ.get('srcdir', os.path.join(os.path.dirname(__file__), '..'))
DATA = os.environ.get('SHIHYO_SHARED_DATA', os.path.join(SRC, '..', 'shared', 'data'))
MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
DOC = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
SETTINGS = {'全体': 'all', '外来': 'outpatient', '入院': 'inpatient'}


def dump(path, contract):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
        json.dump({'files': path}, f)
        f.flush()
        env = dict(os.environ, SHIHYO_PLUGIN_PATH=os.path.abspath('plugins'))
        out = subprocess.run([os.path.join('tests', 'dump_source'), 'ndb_open_data', f.name,
                              contract], env=env, stdout=subprocess.PIPE, check=True).stdout
    lines = out.decode().split('\n')
    return lines[0].split('\t'), lines[1:-1]


def number_of(letters):
    n = 0
    for letter in letters:
        n = n * 26 + ord(letter) - 64
    return n


def sheets(path):
    """(name, {(row, column): text}, last row) of every sheet."""
    z = zipfile.ZipFile(path)
    strings = [''.join(t.text or '' for e in si if e.tag != MAIN + 'rPh' for t in e.iter(MAIN + 't'))
               for si in ET.parse(z.open('xl/sharedStrings.xml')).getroot()]
    targets = {r.get('Id'): r.get('Target')
               for r in ET.parse(z.open('xl/_rels/workbook.xml.rels')).getroot()}
    for s in ET.parse(z.open('xl/workbook.xml')).getroot().find(MAIN + 'sheets'):
        cells, last = {}, 0
        for r in ET.parse(z.open('xl/' + targets[s.get(DOC + 'id')])).getroot().iter(MAIN + 'row'):
            last = int(r.get('r'))
            for c in r:
                v = c.find(MAIN + 'v')
                if v is not None and v.text is not None:
                    letters = c.get('r').rstrip('0123456789')
                    cells[last, number_of(letters)] = \
                        strings[int(v.text)] if c.get('t') == 's' else v.text
        yield s.get('name'), cells, last


def flat(text):
    return re.sub(r'\s', '', unicodedata.normalize('NFKC', text))


def columns_of(cells, top, total):
    """{column: (area set, area, sex, from, to)} of the figures."""
    found, sex = {}, ''
    width = max(c for _, c in cells)
    for c in range(total + 1, width + 1):
        first, second = cells.get((top, c), ''), cells.get((top + 1, c), '')
        if first in ('男', '女'):
            sex = 'male' if first == '男' else 'female'
        band = re.fullmatch(r'(\d+)(?:～(\d+)歳|歳以上)', second)
        if '判別不可' in first:
            found[c] = ('unassigned', '00', '', '', '')
        elif re.fullmatch(r'\d{4}', second):
            found[c] = ('secondary', second, '', '', '')
        elif re.fullmatch(r'\d{2}', first):
            found[c] = ('prefecture', first, '', '', '')
        elif band:
            found[c] = ('nation', '00', sex, band.group(1), band.group(2) or '')
        else:
            raise SystemExit(f'column {c}: {first!r} {second!r}')
    return found


def read_sheet(name, cells, last):
    """(contract, rows as texts, [(total, figures)])."""
    top = next(r for (r, c), v in sorted(cells.items()) if flat(v) == '診療行為コード')
    header = {flat(v): c for (r, c), v in cells.items() if r == top}
    code, total = header['診療行為コード'], next(c for v, c in header.items() if v[:2] == '総計')
    contract = 'ndb_patients' if '総計(患者数)' in header else 'ndb_items'
    title = cells[1, 1]
    years = re.match(r'診療年月：(\d{4})年04月～(\d{4})年03月', title)
    assert int(years.group(2)) == int(years.group(1)) + 1
    setting, addition = SETTINGS[name[:2]], '1' if '加算' in name else '0'
    kind = 'dental' if '(歯科)' in title else 'medical'
    columns = columns_of(cells, top, total)
    rows, sums, above = [], [], {}
    for r in range(top + 1, last + 1):
        item = cells.get((r, code), '')
        if not re.fullmatch(r'\d{9}', item):
            continue
        classes = [cells.get((r, c)) for c in range(1, code)]
        filled = [i for i, v in enumerate(classes) if v is not None and v.strip() != '']
        for i in range(filled[0] if filled else len(classes), len(classes)):
            above[i] = (classes[i] or '').strip()
        if '分類コード' in header:
            section = above[header['分類コード'] - 1]
        else:
            section = next((above[i] for i in sorted(above)
                            if re.fullmatch(r'[A-Z]\d{3}(-\d+)?(-\d+)?', above[i])), '')
        figures = {c: cells.get((r, c), '') for c in columns}
        head = (item, cells[r, code + 1], section, kind, setting, addition)
        for place, text in [(('nation', '00', '', '', ''), cells[r, total])] + \
                [(columns[c], figures[c]) for c in columns]:
            value = '!masked' if text in ('-', '‐') else str(int(text))
            rows.append('\t'.join(head + place[:2] + ('FY' + years.group(1),) + place[2:] +
                                  (value,)))
        sums.append((item, cells[r, total], list(figures.values())))
    return contract, rows, sums, set(p[0] for p in columns.values())


def check_sums(file, name, sums):
    """Item counts may be added: areas never exceed the total."""
    equal = masked = 0
    for item, total, figures in sums:
        known = sum(int(f) for f in figures if f not in ('-', '‐'))
        hidden = sum(f in ('-', '‐') for f in figures)
        if total in ('-', '‐'):
            continue
        if known > int(total) or (hidden == 0 and known != int(total)):
            raise SystemExit(f'{file} {name} {item}: {known} of {total}, {hidden} masked')
        equal += hidden == 0
        masked += hidden > 0
    return equal, masked


def main():
    files = sys.argv[1:] or sorted(glob.glob(os.path.join(DATA, 'ndb_open_data', '*.xlsx')))
    if not files or not os.path.exists('plugins/ndb_open_data/.libs/ndb_open_data.so'):
        print('the workbooks, or the plugin, are not there')
        sys.exit(77)
    totals, all_rows, all_masked, began = {}, 0, 0, time.time()
    for path in files:
        file, expected, contracts = os.path.basename(path), [], set()
        for name, cells, last in sheets(path):
            contract, rows, sums, sets = read_sheet(name, cells, last)
            contracts.add(contract)
            expected += rows
            if contract == 'ndb_items':
                equal, masked = check_sums(file, name, sums)
                print(f'{file} {name}: {len(sums)} procedures, areas equal the total {equal}, '
                      f'below or equal with masked ones {masked}')
            for item, total, _ in sums:
                if totals.setdefault((contract, name, item), total) != total:
                    raise SystemExit(f'{file} {name} {item}: another total than in other tables')
        assert len(contracts) == 1
        names, have = dump(path, contracts.pop())
        assert names == ['item', 'name', 'section', 'kind', 'setting', 'addition', 'area_set',
                         'area', 'period', 'sex', 'age_from', 'age_to', 'value'], names
        hidden = sum(r.endswith('\t!masked') for r in have)
        if collections.Counter(have) != collections.Counter(expected):
            for row in list((collections.Counter(have) - collections.Counter(expected)))[:3]:
                print('only by the plugin:', row)
            for row in list((collections.Counter(expected) - collections.Counter(have)))[:3]:
                print('only by the second reading:', row)
            raise SystemExit(f'{file}: {len(have)} rows, expected {len(expected)}')
        print(f'{file}: {len(have)} rows, {hidden} masked, as read a second time')
        all_rows += len(have)
        all_masked += hidden
    print(f'{len(files)} workbooks, {all_rows} rows, {all_masked} masked, '
          f'{time.time() - began:.1f} s')


main()
