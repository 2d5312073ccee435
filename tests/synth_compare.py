#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what shihyo computed from a synthetic project against what the generator says is true.

    synth_compare.py RESULTS.csv IMPORT.json TRUTH_DIR

RESULTS.csv is `shihyo show --format csv`, IMPORT.json the report of `shihyo --json import`. Monthly
averages are compared by their sums over the twelve months, everything else as it stands. Cells that
the truth does not name must be 0. Prints the differences; the exit code is 1 where there are any.
"""
import collections
import csv
import fractions
import json
import pathlib
import sys

ROWS = "項目"
SUPPLY = {"患者数（月平均）": ("person_months", 12), "レセプト件数（月平均）": ("claims", 12),
          "算定回数（月平均）": ("quantity", 12), "医療機関数（期間内）": ("institutions", 1),
          "医療機関数（月平均）": ("institution_months", 12)}
DESTINATIONS = {"退院者": "discharged", "在宅医療": "home_care", "介護施設": "facility",
                "在宅医療と介護施設": "both", "どちらもなし": "neither", "介護サービス": "care_service"}
NO_LEVEL = {"未認定": "", "介護レセプトなし": ""}


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def dimensions(row):
    return dict(part.split("=", 1) for part in row["dimensions"].split(";") if part)


def value(row, times):
    if row["state"] != "ok":
        return row["state"] + " " + row["reason"]
    return fractions.Fraction(int(row["numerator"]), int(row["denominator"])) * times


def members(truth):
    """Municipality to the areas it lies in, by the project's own table."""
    above = collections.defaultdict(list)
    for row in read(truth.parent / "areas" / "members.csv"):
        above[row["構成する地域"]].append(row["地域"])
    return {code: [code] + areas + above[areas[0]] for code, areas in above.items() if len(code) == 5}


def compare(name, got, wanted, problems):
    for key in sorted(set(got) | set(wanted), key=str):
        g, w = got.get(key, 0), wanted.get(key, 0)
        if g != w:
            problems.append(f"{name} {key}: {g}, expected {w}")
    return sum(1 for v in wanted.values() if v != 0)


def supply(results, truth, problems):
    wanted, got = {}, {}
    for row in read(truth / "supply.csv"):
        for measure, (column, _) in SUPPLY.items():
            wanted[row["period"], row["area"], row["row"], measure] = int(row[column])
    periods = {key[0] for key in wanted}
    for row in results["supply.medical"]:
        if row["period"] in periods:
            key = (row["period"], row["area_code"], dimensions(row)[ROWS][:2], row["measure"])
            got[key] = value(row, SUPPLY[row["measure"]][1])
    return compare("supply", got, wanted, problems)


def patients(results, truth, above, problems):
    wanted, got = collections.Counter(), {}
    for row in read(truth / "patients.csv"):
        for area in above.get(row["area"], []):
            for scheme in (row["scheme"], "合計"):
                wanted[row["period"], area, scheme, row["residence"], row["severity"],
                       row["care_level"]] += int(row["person_months"])
    periods = {key[0] for key in wanted}
    for row in results["demand.care_level"]:
        if row["period"] in periods:
            d = dimensions(row)
            level = NO_LEVEL.get(d["要介護度"], d["要介護度"])
            got[row["period"], row["area_code"], d["制度"], d["居住形態"], d["重症度"], level] = value(row, 12)
    return compare("patients", got, wanted, problems)


def discharges(results, truth, above, problems):
    wanted, levels = collections.Counter(), collections.Counter()
    got, got_levels = {}, {}
    for row in read(truth / "discharges.csv"):
        for area in above.get(row["area"], []):
            for measure, column in DESTINATIONS.items():
                wanted[row["period"], area, measure] += int(row[column])
            for column in row:
                if column.startswith("level_"):
                    level = column[6:].replace("none", "")
                    levels[row["period"], area, level] += int(row[column])
    periods = {key[0] for key in wanted}
    for row in results["additional_demand.destination"]:
        if row["period"] in periods and row["measure"] in DESTINATIONS:
            got[row["period"], row["area_code"], row["measure"]] = value(row, 1)
    for row in results["additional_demand.care_level"]:
        level = dimensions(row)["要介護度"]
        if row["period"] in periods and level != "計":
            got_levels[row["period"], row["area_code"], NO_LEVEL.get(level, level)] = value(row, 1)
    return (compare("discharges", got, wanted, problems) +
            compare("care levels after discharge", got_levels, levels, problems))


# Columns of the table by institution that are one row of supply.medical.
TREATED = {"訪問診療料 同一建物居住者以外": "01", "訪問診療料 同一建物居住者": "02",
           "在宅がん医療総合診療料": "08", "往診": "04", "在医総管 重症": "09",
           "在医総管 重症以外・月2回以上": "10", "在医総管 重症以外・月1回": "11",
           "施設総管 重症": "12", "施設総管 重症以外・月2回以上": "13",
           "施設総管 重症以外・月1回": "14", "看取り加算": "35", "死亡診断加算": "36",
           "在宅ターミナルケア加算": "37", "指導管理料 酸素": "19", "指導管理料 中心静脈": "15",
           "指導管理料 自己導尿": "16", "指導管理料 人工呼吸": "17", "指導管理料 気管切開": "18"}


def institutions(results, truth, problems):
    wanted, got = {}, {}
    for row in read(truth / "institutions.csv"):
        if row["row"] in TREATED.values():
            wanted[row["period"], row["institution"], row["row"]] = int(row["person_months"])
    periods = {key[0] for key in wanted}
    for row in results["supply.institutions"]:
        if row["period"] in periods and row["measure"] in TREATED:
            key = row["period"], dimensions(row)["医療機関コード"], TREATED[row["measure"]]
            got[key] = value(row, 12)
    return compare("institutions", got, wanted, problems)


def flow(results, truth, above, problems):
    wanted, got = collections.Counter(), {}
    for row in read(truth / "flow.csv"):
        for area in above.get(row["area"], []):
            wanted[row["period"], area, row["visit"], row["institution_area"] or "不明"] += int(
                row["person_months"])
    periods = {key[0] for key in wanted}
    for row in results["demand.flow"]:
        if row["period"] in periods:
            d = dimensions(row)
            got[row["period"], row["area_code"], d["居住形態"], d["医療機関の市町村"]] = value(row, 12)
    return compare("flow", got, wanted, problems)


def care(results, truth, above, problems):
    wanted, got = collections.Counter(), {}
    for row in read(truth / "care.csv"):
        for area in above.get(row["area"], []):
            wanted[row["period"], area, row["row"]] += int(row["person_months"])
    periods = {key[0] for key in wanted}
    for row in results["supply.care"]:
        if row["period"] in periods and row["measure"] == "利用者数（月平均）":
            got[row["period"], row["area_code"], dimensions(row)[ROWS][:2]] = value(row, 12)
    return compare("care", got, wanted, problems)


def unlinked(results, truth, problems):
    """The note of every municipality in a table that reads both kinds of receipts."""
    wanted, got = {}, {}
    for row in read(truth / "links.csv"):
        wanted[row["area"]] = int(row["care_numbers"]) - int(row["linked"])
    for row in results["demand.care_level"]:
        note, _, count = row["notes"].partition(":")
        if row["area_set"] == "municipality" and note == "unlinked":
            got[row["area_code"]] = int(count)
    return compare("unlinked", got, wanted, problems)


def links(report, truth, problems):
    totals = {row["what"]: int(row["value"]) for row in read(truth / "totals.csv")}
    source = next(s for s in report if s["source"] == "kdb")
    kept = {t["contract"]: t["kept"] for t in source["tables"]}
    wanted = {k[6:]: v for k, v in totals.items() if k.startswith("lines:") and k.count(":") == 1}
    count = compare("rows kept of", kept, wanted, problems)
    rows = read(truth / "links.csv")
    got = {k: source["links"][k] for k in ("numbers", "persons", "care", "linked", "unlinked")}
    return count + compare("linking", got, {
        "numbers": totals["medical_numbers"] + totals["care_numbers"],
        "persons": totals["linked_persons"], "care": totals["care_numbers"],
        "linked": sum(int(r["linked"]) for r in rows),
        "unlinked": sum(int(r["care_numbers"]) - int(r["linked"]) - int(r["ambiguous"])
                        for r in rows)}, problems)


def main(results_path, report_path, truth):
    results, problems = collections.defaultdict(list), []
    for row in read(results_path):
        if row["area_set"] != "nation" or row["indicator"] == "supply.institutions":
            results[row["indicator"]].append(row)
    truth = pathlib.Path(truth)
    above = members(truth)
    with open(report_path, encoding="utf-8") as f:
        report = json.load(f)
    counts = {"supply": supply(results, truth, problems),
              "patients": patients(results, truth, above, problems),
              "discharges": discharges(results, truth, above, problems),
              "institutions": institutions(results, truth, problems),
              "flow": flow(results, truth, above, problems),
              "care": care(results, truth, above, problems),
              "unlinked": unlinked(results, truth, problems),
              "import": links(report, truth, problems)}
    for problem in problems[:40]:
        print(problem)
    print(f"{len(problems)} differences;", ", ".join(f"{k}: {v} figures" for k, v in counts.items()))
    # Nothing to compare is a failure too.
    return 1 if problems or not all(counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
