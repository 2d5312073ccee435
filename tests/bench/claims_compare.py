#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the benchmark pack's tables against the answers of another program.

    claims_compare.py RESULTS.csv ANSWERS_DIR

RESULTS.csv is what `shihyo show --format csv` printed for the pack, ANSWERS_DIR has t1.csv to
t5.csv. Monthly averages are compared by their numerator, the sum over the months. The last line
says how many tables are equal; the exit code is 1 where one is not.
"""
import csv
import pathlib
import sys


def dimensions(row):
    return dict(part.split("=", 1) for part in row["dimensions"].split(";") if part)


def number(row):
    if row["state"] not in ("ok", "partial"):
        raise SystemExit(f"{row['indicator']} {row['area_code']} {row['dimensions']}: {row['state']}"
                         f" {row['reason']}")
    return int(row["numerator"])


# A care level as the answers number it: 1 for 要支援1 (12), 7 for 要介護5 (25), 0 for none.
CARE = {"-": 0, "9": 9, "12": 1, "13": 2, "21": 3, "22": 4, "23": 5, "24": 6, "25": 7}
SCHEMES = {"nhi": 1, "late_elderly": 2, "0": 0}


# The layout makes 27701 of the answers' 1001, and 27799 of 9999.
def municipality(code):
    return 9999 if code == "27799" else int(code) - 27700 + 1000


def area(row):
    return 0 if row["area_set"] == "nation" else municipality(row["area_code"])


def table_1(rows):
    """municipality, g1, patients, claims, items, institutions"""
    order = {"患者": 0, "レセプト": 1, "回数": 2, "医療機関": 3}
    found = {}
    for row in rows:
        key = (area(row), int(dimensions(row)["g1"]))
        found.setdefault(key, [0] * 4)[order[row["measure"]]] = number(row)
    return [key + tuple(values) for key, values in sorted(found.items()) if any(values)]


def table_2(rows):
    found = []
    for row in rows:
        d = dimensions(row)
        if row["area_set"] == "nation" and number(row) > 0:
            found.append((d["institution"], int(d["g2"]), number(row)))
    return sorted(found)


def table_3(rows):
    found = []
    for row in rows:
        d = dimensions(row)
        if number(row) > 0:
            found.append((SCHEMES[d["scheme"]], area(row), int(d["residence"]),
                          int(d["severity"]), CARE[d["care"]], number(row)))
    return sorted(found)


def table_4(rows):
    found = []
    for row in rows:
        d = dimensions(row)
        if row["area_set"] != "nation" and number(row) > 0:
            found.append((area(row), municipality(d["institution_area"]), int(d["visit"]), number(row)))
    return sorted(found)


def table_5(destination, services):
    order = {"退院者": 0, "在宅医療": 1, "介護施設": 2, "介護サービス": 3}
    found = {}
    for row in destination:
        key = CARE[dimensions(row)["care"]]
        found.setdefault(key, [0] * 4)[order[row["measure"]]] = number(row)
    lines = [("A", str(key)) + tuple(values) for key, values in sorted(found.items())]
    lines += sorted(("B", row["measure"], number(row), 0, 0, 0)
                    for row in services if number(row) > 0)
    return lines


def main(results, answers):
    by_table = {}
    with open(results, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_table.setdefault(row["indicator"], []).append(row)
    tables = {
        "t1": table_1(by_table.get("t1", [])),
        "t2": table_2(by_table.get("t2", [])),
        "t3": table_3(by_table.get("t3", [])),
        "t4": table_4(by_table.get("t4", [])),
        "t5": table_5(by_table.get("t5.destination", []), by_table.get("t5.services", [])),
    }
    equal = 0
    for name, lines in tables.items():
        text = "".join(",".join(str(v) for v in line) + "\n" for line in lines)
        wanted = (pathlib.Path(answers) / f"{name}.csv").read_text(encoding="utf-8")
        if text == wanted:
            equal += 1
            continue
        ours, theirs = set(text.splitlines()), set(wanted.splitlines())
        print(f"{name}: {len(ours - theirs)} lines of ours and {len(theirs - ours)} of the answer "
              "differ, for example")
        for line in sorted(ours - theirs)[:3]:
            print(f"  ours    {line}")
        for line in sorted(theirs - ours)[:3]:
            print(f"  answer  {line}")
    print(f"{equal} of {len(tables)} tables equal")
    return 0 if equal == len(tables) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
