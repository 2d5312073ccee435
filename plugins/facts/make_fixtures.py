#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the workbooks of fixtures/: small tables of our own in the shape prefectures use, with
merged header cells and readings.
Names and codes of municipalities are real, figures are invented.

  python3 plugins/facts/make_fixtures.py plugins/facts/fixtures
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', '..', 'tests'))
from xlsx_write import book, sheet  # noqa: E402


def main(folder):
    # Two header rows with merged cells, prefecture written once, signs, full-width figures.
    rows = [
        (1, ['令和６年度　在宅医療に関する研修の実施状況']),
        (3, ['都道府県名', '団体コード', ('市町村名', 'シチョウソンメイ'), '研修', None, '備考']),
        (4, [None, None, None, '開催回数', '参加者数（千人）', None]),
        (5, ['奈良県', '292010', '奈良市', 4, '１．２', '済']),
        (6, [None, '292028', '大和高田市', '-', '…', None]),
        (7, [None, 292036, '大和郡山市', '未報告', '*', None]),
        (8, ['三重県', '242012', '津市', 0, 0.35, None]),
        (10, ['注：参加者数は延べ人数']),
    ]
    merges = ['A3:A4', 'B3:B4', 'C3:C4', 'D3:E3', 'F3:F4']
    book(f'{folder}/training.xlsx', {'説明': sheet([(1, ['この表について'])]),
                                     '研修': sheet(rows, merges)})


if __name__ == '__main__':
    main(sys.argv[1])
