#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The measures of the pack research8 reckoned once more, by plain loops over a synthetic project's
files, from the definitions in words.

    research_independent.py RESULTS.csv PROJECT CODES.lua PERIOD

RESULTS.csv is `shihyo show --format csv`, CODES.lua the standard pack's list of visits, PERIOD a
fiscal year (FY2022) whose windows lie in the data. Prints the differences; the exit code is 1 where
there are any.
"""
import calendar
import collections
import csv
import datetime
import glob
import itertools
import re
import sys

FACILITY = ("51", "52", "53", "54", "55")
OPEN = 9999 * 12


def month_of(text):
    return int(text[:4]) * 12 + int(text[4:6]) - 1 if text else None


def first_day(m):
    return datetime.date(m // 12, m % 12 + 1, 1)


def days_in(m):
    return calendar.monthrange(m // 12, m % 12 + 1)[1]


def month_at(day):
    return day.year * 12 + day.month - 1


def read(project, name):
    for path in sorted(glob.glob(f"{project}/data/{name}*.csv")):
        with open(path, encoding="cp932", newline="") as f:
            yield from csv.DictReader(f)


class Person:
    def __init__(self):
        self.spans, self.claims, self.visits, self.care, self.items = [], [], [], [], []


# Who is who ----------------------------------------------------------------------------------


def spans_of(project, table, insurer):
    """By number: (items, first, last, row) of each row of a register."""
    for row in read(project, table):
        items = (row[insurer], row["記号"], row["番号"].lstrip("0"), row["性別"], row["生年月"])
        last = row["資格喪失年月"]
        yield (row["個人番号"], items if row[insurer] and row["番号"] else None,
               month_of(row["資格取得年月"]), month_of(last) if last else OPEN, row)


def are_twins(a, b):
    """Do two numbers have the items in one month, but for that in which one follows the other?"""
    first, last = max(a[2], b[2]), min(a[3], b[3])
    return first <= last and not (first == last and (a[3] == b[2] or b[3] == a[2]))


def link(registers):
    """Numbers to persons: those that share the five items, unless two of one register do at once."""
    parent = {}

    def find(x):
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    shared = collections.defaultdict(list)
    for kind, rows in registers.items():
        for row in rows:
            find(row[0])
            if row[1] is not None:
                shared[row[1]].append((kind, row))
    for rows in shared.values():
        twins = any(k == l and a[0] != b[0] and are_twins(a, b)
                    for (k, a), (l, b) in itertools.combinations(rows, 2))
        for (_, a), (_, b) in zip(rows, rows[1:]):
            if not twins:
                parent[find(a[0])] = find(b[0])
    return find


def load(project, codes):
    registers = {"medical": list(spans_of(project, "被保険者台帳", "保険者番号")),
                 "care": list(spans_of(project, "介護受給者台帳", "医療保険者番号"))}
    find = link(registers)
    places = {row["保険者番号"]: row["市町村コード"] for row in read(project, "保険者")}
    people = collections.defaultdict(Person)
    for number, _, first, last, row in registers["medical"]:
        late = row["制度"] == "2"
        area = places.get(row["保険者番号"], "") or (row["住所地市町村コード"] if late else "")
        order = (first, "late_elderly" if late else "nhi", row["保険者番号"])
        people[find(number)].spans.append((order, first, last, area))
    for row in read(project, "医療レセプト"):
        admitted = row["入院年月日"]
        people[find(row["個人番号"])].claims.append({
            "month": month_of(row["診療年月"]), "inpatient": row["入外"] == "1",
            "days": int(row["診療実日数"]), "death": row["転帰区分"] == "3",
            "admitted": datetime.date(int(admitted[:4]), int(admitted[4:6]), int(admitted[6:]))
            if admitted else None})
    for row in read(project, "レセプト摘要"):
        if row["診療行為コード"] in codes:
            people[find(row["個人番号"])].visits.append(
                (month_of(row["診療年月"]), row["医療機関コード"], int(row["回数"])))
    for row in read(project, "介護レセプト"):
        people[find(row["個人番号"])].care.append(
            (month_of(row["サービス提供年月"]), row["サービス種類コード"], row["要介護状態区分"]))
    for row in read(project, "介護明細"):
        people[find(row["個人番号"])].items.append(
            (month_of(row["サービス提供年月"]), row["サービスコード"], int(row["回数"])))
    return list(people.values())


def area_in(p, month):
    valid = [s for s in p.spans if s[1] <= month <= s[2]]
    return max(valid)[3] if valid else ""


# Measures: what(p) yields (indicator, month, numerator, denominator) ---------------------------


def in_facility(p, first, last):
    return any(first <= m <= last and service in FACILITY for m, service, _ in p.care)


def visited(p, first, last):
    return any(first <= m <= last for m, _, _ in p.visits)


def stays(p):
    """Stays by days: (first, last, died); None where a day is not known."""
    parts = []
    for c in p.claims:
        if not c["inpatient"]:
            continue
        if c["admitted"] is None or c["days"] == 0:
            return None
        begin = max(c["admitted"], first_day(c["month"]))
        end = begin + datetime.timedelta(c["days"] - 1)
        end = min(end, first_day(c["month"]) + datetime.timedelta(days_in(c["month"]) - 1))
        parts.append((begin, end, c["admitted"], c["death"]))
    whole = []
    for begin, end, admitted, death in sorted(parts, key=lambda s: s[0]):
        joins = whole and ((begin - whole[-1][1]).days <= 1 or admitted == whole[-1][2])
        if joins:
            last = whole[-1]
            whole[-1] = (last[0], max(last[1], end), last[2], last[3] or death)
        else:
            whole.append((begin, end, admitted, death))
    return whole


def readmissions(p):
    found = stays(p) or []
    for i, (_, end, _, death) in enumerate(found):
        month = month_at(end)
        if death or in_facility(p, month, month + 1):
            continue
        back = i + 1 < len(found) and (found[i + 1][0] - end).days <= 30
        yield "readmission_30d.episodes", month, back, 1


def breaks(p):
    months = {c["month"] for c in p.claims if c["inpatient"]}
    return [(m, months) for m in sorted(months) if m + 1 not in months]


def monthly_readmissions(p):
    for m, months in breaks(p):
        if not in_facility(p, m, m + 1):
            yield "readmission_month.episodes", m, m + 2 in months, 1


def first_visits(p):
    for m, _ in breaks(p):
        later = [v for v, _, _ in p.visits if m <= v <= m + 6]
        if later and not in_facility(p, m, m + 1):
            yield "first_visit_wait.episodes", m, min(later) - m, 1
            yield "first_visit_soon.episodes", m, min(later) - m <= 1, 1


def end_of_life(p):
    deaths = [c for c in p.claims if c["death"]]
    if not deaths:
        return
    died = max(c["month"] for c in deaths)
    if any(not any(s[1] <= m <= s[2] for s in p.spans) for m in range(died - 6, died + 1)):
        return
    home, total = [], 0
    for m in range(died - 1, died - 7, -1):
        away = sum(c["days"] for c in p.claims if c["inpatient"] and c["month"] == m)
        away += max([q for k, code, q in p.items if k == m and code[:2] in FACILITY], default=0)
        total += max(0, days_in(m) - away)
        home.append(total)
    for n in (1, 3, 6):
        yield f"home_days_{n}m.persons", died, home[n - 1], 1
    if not visited(p, died - 3, died):
        return
    hospital = any(c["inpatient"] and c["month"] == died for c in deaths)
    facility = any(m == died and code[:2] in FACILITY for m, code, _ in p.items)
    yield "home_death.persons", died, not hospital and not facility, 1
    begun = {c["admitted"] for c in p.claims
             if c["inpatient"] and died - 2 <= month_at(c["admitted"]) <= died}
    yield "late_admissions.persons", died, len(begun) >= 2, 1


def continuity(p, year):
    of, months = collections.Counter(), []
    for m, institution, times in p.visits:
        if year <= m < year + 12 and institution and times > 0:
            of[institution] += times
            months.append(m)
    if sum(of.values()) >= 4:
        main, everything = max(of.values()), sum(of.values())
        yield "continuity.visits", min(months), main, everything
        # Four digits after the point, halves up: what is averaged is rounded before.
        yield "continuity.persons", min(months), int(100 * main / everything * 1e4 + 0.5) / 1e4, 1


def care_levels(p, year):
    starts = sorted({m for m, _, _ in p.visits if year <= m < year + 12})
    level = {}
    for m, _, code in p.care:
        if code:
            level[m] = max(level.get(m, ""), code)
    for m in starts:
        if m in level:
            died = any(c["death"] and m <= c["month"] <= m + 12 for c in p.claims)
            if not died and m + 12 in level:
                yield "care_level_kept.persons", m, level[m + 12] <= level[m], 1
            return


def staying(p):
    for m in sorted({m for m, _, _ in p.visits}):
        if visited(p, m - 6, m - 1):
            continue
        if not any(c["death"] and m <= c["month"] <= m + 13 for c in p.claims):
            yield "staying_12m.episodes", m, visited(p, m + 11, m + 13), 1


def reckon(people, year):
    """By indicator and municipality: numerator and denominator."""
    sums = collections.defaultdict(lambda: [0, 0])
    returned = collections.defaultdict(lambda: [set(), set()])
    for i, p in enumerate(people):
        for found in itertools.chain(readmissions(p), monthly_readmissions(p), first_visits(p),
                                     end_of_life(p), continuity(p, year), care_levels(p, year),
                                     staying(p)):
            name, month, num, den = found
            area = area_in(p, month)
            if not area or not year <= month < year + 12:
                continue
            for place in (area, "29"):
                sums[name, place][0] += num
                sums[name, place][1] += den
                if name == "readmission_30d.episodes":
                    returned[place][1].add(i)
                    if num:
                        returned[place][0].add(i)
    for place, (back, left) in returned.items():
        sums["readmission_30d.persons", place] = [len(back), len(left)]
    return sums


def main():
    results, project, codes_file, period = sys.argv[1:5]
    with open(codes_file, encoding="utf-8") as f:
        block = f.read().split('"visit_care",', 1)[1].split('code_list', 1)[0]
    codes = set(re.findall(r'\{ *"(\d{9})"', block))
    sums = reckon(load(project, codes), int(period[2:]) * 12 + 3)
    seen, problems, values = set(), [], 0
    with open(results, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            key = row["indicator"].removeprefix("research8."), row["area_code"]
            known = row["area_set"] in ("municipality", "prefecture") and row["period"] == period
            if not known or not any(key[0] == name for name, _ in sums):
                continue
            seen.add(key)
            num, den = sums.get(key, (0, 0))
            if den == 0:
                good = row["state"] == "not_computable" and row["reason"] == "zero_denominator"
            else:
                scale = 100 if row["unit"] == "%" and key[0] != "continuity.persons" else 1
                good = row["state"] == "ok" and abs(float(row["value"]) - scale * num / den) < 1e-9
                values += 1
            if not good:
                problems.append(f"{key}: {row['value']} {row['state']} {row['reason']}, "
                                f"expected {num} of {den}")
    problems += [f"{key}: no value" for key in sums if key not in seen]
    for line in problems[:40]:
        print(line)
    print(f"{values} values of {len({name for name, _ in sums})} indicators compared")
    sys.exit(1 if problems else 0)


main()
