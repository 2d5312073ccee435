#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the workbooks of fixtures/ in the layout of the ministry's NDB open data. Codes and names
of procedures and areas are real, figures are invented; the bad ones break one rule each.

  python3 plugins/ndb_open_data/make_fixtures.py plugins/ndb_open_data/fixtures
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', '..', 'tests'))
from xlsx_write import book, sheet  # noqa: E402

RULE = ('※集計結果が10未満の場合は「‐」で表示（10未満の箇所が1箇所の場合は10以上の最小値を'
        '全て「‐」で表示）')
CODE, TOTAL = '診療行為\nコード', '総計\n(算定回数)'
PATIENTS = '総計\n(患者数)'
MAIN = ['分類\nコード', '分類名称', CODE, '診療行為', '点数']
MORE = ['加算', ' ', '  ', CODE, '診療行為', '点数', '%\n(加減算)']


def title(what, setting, year=2022):
    return f'診療年月：{year}年04月～{year + 1}年03月　{what}　{setting}　{RULE}'


def by_area(head, heading, rows, what='C 在宅医療', setting='全体', total=TOTAL):
    n = [None] * (len(head) + 1)
    top = head + [total, ('01 北海道', 'ホッカイドウ'), None, ('29 奈良県', 'ナラケン'), None,
                  '二次医療圏\n判別不可']
    lines = [(1, [heading or title(what, setting)]), (2, ['（※）一部のレセプトにおいて…']),
             (4, top), (5, n + ['0101', '0102', '2901', '2902']),
             (6, n + ['南渡島', '南檜山', '奈良', '東和'])]
    return sheet(lines + list(enumerate(rows, 7)),
                 [f'{chr(65 + i)}4:{chr(65 + i)}6' for i in range(len(head) + 1)])


HOUSE = [
    ['C000', '往診料', '114000110', '往診料', 720, 140, 100, '‐', 30, 0, 0],
    [None, None, '114001610', '特別往診料', 720, '-', 0, 0, '-', 0, 0],
    ['C001', '在宅患者訪問診療料（１）', '１１４００１１１０', '在宅患者訪問診療料（１）１', 888,
     '1,000', '４００', 300, 200, 90, 10],
]
ADDITIONS = [
    ['在宅療養指導管理材料加算', 'C150', '血糖自己測定器加算', '114005910', '血糖自己測定器加算', 350,
     None, 50, 20, 10, 10, 10, 0],
    [None, None, None, '114006010', '血糖自己測定器加算（２）', 580, None, 0, 0, 0, 0, 0, 0],
    ['注加算', ' ', ' ', '114013770', '患家診療時間加算', 100, None, 40, 40, 0, 0, 0, 0],
]


def wide(head, total, top, below, rows, heading):
    n = [None] * (len(head) + 1)
    return sheet([(1, [heading]), (3, head + [total] + top), (4, n + below)] +
                 list(enumerate(rows, 5)))


def good(folder):
    book(f'{folder}/area_items.xlsx',
         {'全体': by_area(MAIN, None, HOUSE),
          '全体（加算）': by_area(MORE, None, ADDITIONS, setting='全体（加算）')})
    book(f'{folder}/prefecture_items.xlsx', {'全体': wide(
        MAIN, TOTAL, ['01', '29'], ['北海道', '奈良県'],
        [['C000', '往診料', '114000110', '往診料', 720, 140, 110, 30]],
        title('C 在宅医療', '全体'))})
    book(f'{folder}/sex_age_patients.xlsx', {'外来': wide(
        MAIN, PATIENTS, ['男', None, '女', None], ['0～4歳', '90歳以上', '0～4歳', '90歳以上'],
        [['C000', '往診料', '114000110', '往診料', 720, 60, 20, '-', '‐', 15]],
        title('C 在宅医療', '外来', 2023))})
    dental = ['加算', ' ', '  ', '加算コード', CODE, '診療行為', '点数', '%\n(加減算)']
    book(f'{folder}/dental_patients.xlsx', {'入院（加算）': by_area(
        dental, None,
        [['注加算', ' ', ' ', 'CC001', '303000370', '患家診療時間加算', 100, None, 33, 12, 21, 0, 0, 0],
         [None, None, None, 'CC002', '303000470', '特別対応加算', 175, None, 0, 0, 0, 0, 0, 0]],
        '診療年月：2022年04月～2023年03月　(歯科) C 在宅医療　入院（加算）　' + RULE,
        total=PATIENTS)})


def bad(folder):
    def changed(row, column, value):
        rows = [list(r) for r in HOUSE]
        rows[row][column] = value
        return rows

    books = {
        'bad_sign': by_area(MAIN, None, changed(1, 8, '?')),
        'bad_number': by_area(MAIN, None, changed(0, 6, '12.5')),
        'bad_code': by_area(MAIN, None, changed(2, 2, '11400111')),
        'bad_title': by_area(MAIN, '令和4年度　C 在宅医療　全体', HOUSE),
        'bad_span': by_area(MAIN, '診療年月：2022年04月～2022年09月　C 在宅医療　全体', HOUSE),
        'bad_setting': by_area(MAIN, None, HOUSE, setting='外来'),
        'bad_total': by_area(MAIN, None, HOUSE, total='総計\n(点数)'),
        'bad_other_total': by_area(MAIN, None, changed(0, 5, 141)),
        'bad_area': wide(MAIN, TOTAL, ['地域A', '29'], ['', '奈良県'],
                         [['C000', '往診料', '114000110', '往診料', 720, 140, 110, 30]],
                         title('C 在宅医療', '全体')),
        'bad_twice': wide(MAIN, TOTAL, ['29', '29'], ['奈良県', '奈良'],
                          [['C000', '往診料', '114000110', '往診料', 720, 140, 110, 30]],
                          title('C 在宅医療', '全体')),
        'bad_other': sheet([(1, ['市区町村別人口']), (2, ['コード', '人口']), (3, ['29201', 1])]),
    }
    for name, xml in books.items():
        book(f'{folder}/{name}.xlsx', {'全体': xml})
    book(f'{folder}/bad_mixed.xlsx',
         {'全体': by_area(MAIN, None, HOUSE),
          '全体（加算）': by_area(MORE, None, ADDITIONS, setting='全体（加算）', total=PATIENTS)})


if __name__ == '__main__':
    good(sys.argv[1])
    bad(sys.argv[1])
