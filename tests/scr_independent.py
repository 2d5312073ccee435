#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Standardised ratios of house visits in every secondary medical area, from the ministry's
workbooks and the census alone, held against those that `shihyo show scr --format csv` printed.
Reads with nothing but Python's own library and shares no code with the program.

Usage: scr_independent.py DATA SHOWN.csv
"""
import csv
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CODES = ("114001110", "114030310")
OLDEST = 85  # the last age group: 85 and over


def rows_of(path):
    book = zipfile.ZipFile(path)
    texts = ["".join(t.text or "" for t in item.iter(MAIN + "t"))
             for item in ET.fromstring(book.read("xl/sharedStrings.xml"))]
    for row in ET.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(MAIN + "row"):
        cells = {}
        for cell in row.findall(MAIN + "c"):
            value = cell.find(MAIN + "v")
            if value is not None:
                column = re.match("[A-Z]+", cell.get("r")).group()
                cells[column] = texts[int(value.text)] if cell.get("t") == "s" else value.text
        yield cells


def table(path, pattern):
    """The heading's columns that match, and the rows of the codes."""
    rows = list(rows_of(path))
    heading = max(rows, key=lambda r: sum(bool(re.fullmatch(pattern, v)) for v in r.values()))
    columns = {c: v for c, v in heading.items() if re.fullmatch(pattern, v)}
    return columns, [r for r in rows if any(v in CODES for v in r.values())]


def add(into, key, number):
    into[key] = into.get(key, 0) + number


def events_by_age(data):
    result = {}
    columns, rows = table(data + "/ndb_open_data/001258288.xlsx", r"\d+(～\d+)?歳(以上)?")
    for row in rows:
        for column, ages in columns.items():
            add(result, min(int(re.match(r"\d+", ages).group()), OLDEST), int(float(row[column])))
    return result


def events_by_area(data):
    """None where a part is withheld."""
    result = {}
    columns, rows = table(data + "/ndb_open_data/001258291.xlsx", r"\d{4}")
    for row in rows:
        for column, area in columns.items():
            number = re.fullmatch(r"[\d.]+", row.get(column, ""))
            if number is None or result.get(area, 0) is None:
                result[area] = None
            else:
                add(result, area, int(float(row[column])))
    return result


def populations(data):
    areas, nation = {}, {}
    with open(data + "/areas/population_iryoken2_age_sex.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ages = areas.setdefault(row["area_code"], {})
            for name, number in row.items():
                band = re.fullmatch(r"pop_(\d+)(_\d+|plus)", name)
                if band is None or name == "pop_65plus":
                    continue
                add(ages, min(int(band.group(1)), OLDEST), int(number))
                add(nation, min(int(band.group(1)), OLDEST), int(number))
    return areas, nation


def main():
    data, shown = sys.argv[1:]
    by_age, by_area = events_by_age(data), events_by_area(data)
    areas, nation = populations(data)
    compared = 0
    with open(shown, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            area = row["area_code"]
            if row["area_set"] != "secondary" or area not in areas or area not in by_area:
                continue
            if by_area[area] is None:
                assert row["state"] == "masked" and row["value"] == row["lower"] == "", row
                continue
            expected = sum(n * by_age[age] / nation[age] for age, n in areas[area].items())
            ratio = 100 * by_area[area] / expected
            assert abs(float(row["value"]) - ratio) <= 1e-12 * ratio, (row, ratio)
            assert "mixed_basis" in row["notes"] and row["method"] in ("byar", "exact"), row
            compared += 1
    print(compared, "areas compared")
    assert compared > 300


main()
