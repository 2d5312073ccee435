#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the workbooks of fixtures/: the ministry's layouts with few areas. Names and codes of
areas are real, institutions and figures are invented. Those named bad_* have one fault each.

  python3 plugins/bed_function/make_bed_fixtures.py plugins/bed_function/fixtures
"""
import copy
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'facts'))
from make_fixtures import book, sheet  # noqa: E402

TITLE = '構想区域別の医療機関の病床機能報告上の病床数、診療実績、医師数等'
FUNCTIONS = ['合計', '高度急性期', '急性期', '回復期', '慢性期']


def row(**cells):
    """A row from column letters."""
    values = [None] * 34
    for letters, value in cells.items():
        n = 0
        for c in letters:
            n = n * 26 + ord(c) - 64
        values[n - 1] = value
    return values


# 構想区域別の医療機関 -------------------------------------------------------------------------

def area_sheet(code, prefecture, area, institutions):
    groups = dict(J='高度\n急性期', K='急性期', L='回復期', M='慢性期')
    flags = dict(R='特定機能', S='地域支援', T='三次救急', U='二次救急', V='在宅療養支援')
    care = dict(W='救急車の\n受入件数', X='全身麻酔\n手術件数', AA='平均在棟日数', AE='新規入棟患者')
    stays = dict(AA='高度急性期', AB='急性期', AE='高度急性期', AF='急性期')
    rows = [
        (1, row(A=TITLE, AD='別添５', AH=f'（{prefecture}・{area}）')),
        (2, row(A='※未報告の医療機関があり得ることに留意。')),
        (3, row(A='(1)構想区域の状況')),
        (4, row(B='都道\n府県', C='構想\n区域', F='③医療機関数', I='④一般・療養病床計（休棟中等除く）',
                N='休棟中等', R='⑦医療機関機能', W='⑧診療実績（オープンデータ）')),
        (5, row(F='一般\n病院', G='有床\n診療所', N=None, **groups, **flags, **care)),
        (6, row(**stays)),
        (7, row(A=1, B=prefecture, C=area, F=2, G=1, I=0)),
        (8, row(A=code, C='（報告率）', D=1, E='未報告→', F=0, G=0, H='⑤構想必要量→', I=4857)),
        (10, row(A='(2)区域内の医療機関（病床数の多い順）')),
        (11, row(B='①医療機関名', H='②所在地', I='③一般・療養病床', O='④医師数',
                 R='⑤医療機関機能', W='⑥診療実績（オープンデータ）')),
        (12, row(I='休棟中等含む計', N='休棟中等', O='常勤', **groups, **flags, **care)),
        (13, row(**stays)),
    ]
    rows += [(14 + i, r) for i, r in enumerate(institutions)]
    return rows


AREAS = {
    '101北海道南渡島': area_sheet(101, '北海道', '南渡島', [
        row(A=1, B=('甲病院', 'コウビョウイン'), H='函館市', I=300, J=100, K=150, L=0, M=30, N=20,
            S='地', W=1234, AA='-', AE='-'),
        row(A=2, B='医療法人　乙病院', H='七飯町', I='１００', J=0, K='-', L=0, M=100, N=0,
            V='在支', W='*', AA='-', AE=5),
        row(A=3, B='丙診療所', I='未報告'),
        row(A=4, B='丁診療所'),
        row(A='※病床数は一般・療養病床の計'),
    ]),
    '2410三重県松阪': area_sheet(2410, '三重県', '松阪', [
        row(A=1, B='戊病院', H='松阪市', I=60, J=0, K=0, L=60, M=0, N=0, S='地', V='在支', W=0),
    ]),
}
INSTITUTION_MERGES = ['A2:AD2', 'B11:G13', 'H11:H13', 'I11:N11', 'R11:V11', 'W11:AH11', 'I12:I13',
                      'AA12:AD12', 'AE12:AH12'] + [f'B{r}:G{r}' for r in range(14, 18)]


def institutions(path, areas):
    book(path, {name: sheet(rows, INSTITUTION_MERGES) for name, rows in areas.items()})


def bad_institutions(path, change):
    areas = copy.deepcopy(AREAS)
    change({number: r for number, r in areas['101北海道南渡島']})
    institutions(path, areas)


# 構想区域別の病床数 ---------------------------------------------------------------------------

YEARS = ['2015\n実績', '2025年必要数に対する比', None, '2024実績', '2025\n実績', '2026\n見込量',
         '2025\n必要数', '見込み／必要数']


def beds_block(first, index, code, prefecture, area, figures):
    rows = [
        (first, [index, None, index, None, f'（{prefecture}　{area}構想区域）']),
        (first + 1, [index, None, '○基礎情報']),
        (first + 2, [index, code, None, '都道府県', None, code // 100, None, prefecture]),
        (first + 3, [index, code, None, '構想区域', None, code, None, area]),
        (first + 6, [index, None, '○病床数の状況']),
        (first + 7, [index] + [None] * 4 + ['2015年', None, None, '2024年', '2025年', '2025年']),
        (first + 8, [index] + [None] * 4 + YEARS),
    ]
    rows += [(first + 9 + i, [index, code, None, None, label] + figures[i])
             for i, label in enumerate(FUNCTIONS)]
    return rows + [(first + 14, [index, code, None, None, '（報告率）', 0.94, None, None, 1])]


def beds_rows():
    return ([(1, [None, None, '構想区域別の病床機能報告上の病床数及び地域医療構想における将来の病床数の'
                              '必要量等（病床機能報告等）']),
             (2, [None, None, '※年度ごとに報告率が異なることに留意が必要。'])] +
            beds_block(3, 1, 101, '北海道', '南渡島', [
                [100, 1.1, None, 90, 95, 96, 80, 1.2], [10, 1, None, 9, 10, 10, 8, 1.25],
                [40, 1, None, 31, 35, 36, 32, 1], [20, '-', None, 20, 20, 20, '*', '-'],
                [30, 1, None, 30, 30, 30, 20, 1.5]]) +
            beds_block(18, 2, 2410, '三重県', '松阪', [
                [50, 1.1, None, 50, 50, 50, 40, 1.2], [0, '-', None, 0, 0, 0, 0, '-'],
                [0, '-', None, 0, 0, 0, 0, '-'], [20, 1, None, 20, 20, 20, 10, 2],
                [30, 1, None, 30, 30, 30, '-', 1]]))


def bad_beds(path, change):
    rows = beds_rows()
    change({number: r for number, r in rows})
    book(path, {'構想区域別必要量との比較': sheet(rows)})


# 需要推計 ------------------------------------------------------------------------------------

def demand_rows(title, rows):
    years = ['2024年度', '2030年度（現状投影）', '2050年度（現状投影）']
    return [
        (1, [title]),
        (2, ['出典等については「構想区域の医療需要推計について」をご参考ください。']),
        (3, [None] * 4 + ['2024年度から2050年度にかけた需要推計（件/月）']),
        (4, [None] * 4 + years),
        (5, ['都道府県', '構想区域コード', '構想区域名', '人口(2024年度)'] + ['レセプト件数/月'] * 3),
    ] + [(6 + i, r) for i, r in enumerate(rows)]


HOME = demand_rows('将来の在宅（訪問診療）需要推計', [
    ['北海道', '0101', '南渡島', 340005, 4382.75, 4942.96205, 5031.00004],
    ['三重県', '2410', '松阪', 190000, '*', 10, 0],
    ['注：人口は住民基本台帳による'],
])
OUTPATIENT = demand_rows('将来の外来需要推計', [
    ['北海道', '0101', '南渡島', 340005, 261882.25, 244362.5, 178549.25],
])


def demand(path, home):
    book(path, {'将来の在宅（訪問診療）需要推計': sheet(home, ['A2:G2', 'E3:G3']),
                '将来の外来需要推計': sheet(OUTPATIENT, ['A2:G2', 'E3:G3'])})


def bad_demand(path, change):
    rows = copy.deepcopy(HOME)
    change({number: r for number, r in rows})
    demand(path, rows)


# 施設票 --------------------------------------------------------------------------------------

def facility_rows():
    note = '令和5年４月１日～令和6年３月31日の１年間に入院を受け入れた患者の入院前の場所、退院先の場所。'
    items = [
        (83, [None, '年間', '新規入院患者数（年間）', None, note, 340]),
        (84, [None, None, '入院前の場所', 'うち家庭からの入院', None, '*']),
        (89, [None, None, None, 'その他', None, 7]),
        (90, [None, None, '退院患者数（年間）', None, None, '※']),
        (91, [None, None, '退院先の場所', 'うち家庭へ退院', None, '１２３']),
        (92, [None, None, None, 'うち他の病院、診療所へ転院', None, '*']),
        (93, [None, None, None, 'うち介護老人保健施設に入所', None, 0]),
        (94, [None, None, None, 'うち介護老人福祉施設に入所', None, 12]),
        (95, [None, None, None, 'うち介護医療院に入所', None, '-']),
        (96, [None, None, None, 'うち社会福祉施設・有料老人ホーム等に入所', None, '未確認']),
        (97, [None, None, None, 'うち終了（死亡退院等）', None, 15]),
        (98, [None, None, None, 'その他', None, 0]),
    ]
    rows = [
        (3, [None, '試験クリニック']),
        (4, [None, '〒515-0000　松阪市○○１－１']),
        (8, [None, '機能区分の選択状況']),
        (11, ['様式１診療所票(8)', None, None, None, '急性期', '○']),
        (24, [None, '入院患者の状況（年間）']),
        (25, [None, None, None, None, None, '施設全体']),
        (26, ['様式１診療所票(82)', None, '退院患者数（年間）', None, None, 99]),
        (30, [None, '入院患者の状況（年間／入院前の場所・退院先の場所の状況）']),
        (31, [None, None, None, None, None, '施設全体']),
        (32, [None, None, None, None, '（項目の解説）']),
    ]
    rows += [(33 + i, [f'様式１診療所票({n})'] + cells[1:]) for i, (n, cells) in enumerate(items)]
    return rows + [
        (50, [None, '退院後に在宅医療を必要とする患者の状況']),
        (51, [None, None, None, None, None, '施設全体']),
        (52, ['様式１診療所票(90)', None, '退院患者数（年間）', None, None, '*']),
    ]


def bad_facility(path, change):
    rows = facility_rows()
    change({number: r for number, r in rows})
    book(path, {'診療所': sheet(rows)})


def put(number, column, value):
    def change(rows):
        rows[number][column] = value
    return change


def main(folder):
    institutions(f'{folder}/institutions.xlsx', AREAS)
    book(f'{folder}/beds.xlsx', {'構想区域別必要量との比較': sheet(beds_rows(), ['J10:K10'])})
    demand(f'{folder}/demand.xlsx', HOME)
    book(f'{folder}/facility.xlsx', {'診療所': sheet(facility_rows(), ['D33:D35'])})
    book(f'{folder}/other.xlsx', {'表': sheet([(1, ['病床機能報告ではない表'])])})

    bad_institutions(f'{folder}/bad_column_missing.xlsx', put(12, 21, '在宅'))
    bad_institutions(f'{folder}/bad_column_twice.xlsx', put(12, 12, '急性期'))
    bad_institutions(f'{folder}/bad_figure.xlsx', put(14, 9, '百'))
    bad_institutions(f'{folder}/bad_flag.xlsx', put(15, 21, '支援'))
    bad_institutions(f'{folder}/bad_area.xlsx', put(8, 0, 102))
    bad_institutions(f'{folder}/bad_order.xlsx', put(15, 0, 1))
    bad_beds(f'{folder}/bad_year_twice.xlsx', put(11, 9, '2024実績'))
    bad_beds(f'{folder}/bad_function.xlsx', put(14, 4, '急性'))
    bad_beds(f'{folder}/bad_code.xlsx', put(6, 5, '南渡島'))
    bad_demand(f'{folder}/bad_demand_code.xlsx', put(5, 1, '区域コード'))
    bad_demand(f'{folder}/bad_demand_years.xlsx', put(4, 6, '2030年度（推計）'))
    bad_facility(f'{folder}/bad_item.xlsx', put(40, 3, 'うち老健に入所'))
    bad_facility(f'{folder}/bad_period.xlsx', put(33, 4, '１年間の患者'))


if __name__ == '__main__':
    main(sys.argv[1])
