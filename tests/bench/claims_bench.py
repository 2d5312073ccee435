#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The claims benchmark: import and five tables, beside DuckDB in one run.

    build/run python3 tests/bench/claims_bench.py SOURCE DATA PEERS [ROUNDS] [--load ROUNDS]
                              [--threads] [--prepared]

DATA is a folder with the generated files (persons.csv, med_items.csv …), PEERS the folder with
DuckDB's statements and runner. DuckDB comes from tests/bench/peer (npm ci). Rounds of both programs
take turns, so that a change of the machine's load meets both; medians are printed with their
ratios. --threads adds what a second thread brings to import and queries; --prepared the five tables
by DuckDB's other preparations (integer keys and sorted; listed codes only, as loaded and sorted), of
which the best of each table counts. Memory is anonymous memory (RssAnon), sampled every 10 ms. The answers of both are compared
before any time counts.
"""
import hashlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TABLES = ["t1", "t2", "t3", "t4", "t5"]
OURS = {"t1": ["t1"], "t2": ["t2"], "t3": ["t3"], "t4": ["t4"],
        "t5": ["t5.destination", "t5.services"]}
THREADS = "2"


class Watch(threading.Thread):
    """The most anonymous memory a process had, in MB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most, self.over = pid, 0, False

    def run(self):
        while not self.over:
            try:
                with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
                    for line in status:
                        if line.startswith("RssAnon:"):
                            self.most = max(self.most, int(line.split()[1]) / 1024)
            except OSError:
                return
            time.sleep(0.01)


def timed(command, **options):
    """Wall seconds, CPU seconds, anonymous MB and the output of a command."""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             **options)
    watch = Watch(child.pid)
    watch.start()
    before = os.times()
    out, err = child.communicate()
    after = os.times()
    wall = time.monotonic() - begin
    watch.over = True
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{err}")
    cpu = (after.children_user + after.children_system
           - before.children_user - before.children_system)
    return wall, cpu, watch.most, out


def shihyo(project, *words):
    return ["shihyo", "--lang", "en", "-p", str(project), *words]


def make_project(folder, source, data):
    folder.mkdir()
    (folder / "areas.csv").write_text(
        "code,name\n" + "".join(f"{27700 + i},M{i}\n" for i in range(1, 48)), encoding="utf-8")
    (folder / "areas.lua").write_text(
        'return { contract = "areas", label = "areas", columns = { { name = "area", from = "code" },'
        ' { name = "name", from = "name" } }, constants = { area_set = "municipality" } }\n',
        encoding="utf-8")
    (folder / "project.lua").write_text(f'''return {{
  prefecture = "00",
  sources = {{
    {{ name = "areas", plugin = "facts", options = {{ files = "areas.csv", layout = "areas.lua" }} }},
    {{ name = "claims", plugin = "kdb", options = {{ folder = "{data}",
       layout = "{source}/tests/bench/layouts/bench.lua" }} }},
  }},
  packs = {{ "{source}/tests/bench/claims_pack" }},
  area_sets = {{ "municipality", "nation" }},
}}
''', encoding="utf-8")


def import_ours(project, on=()):
    (project / "claims.store").unlink(missing_ok=True)
    wall, cpu, memory, _ = timed([*on, *shihyo(project, "import")])
    return wall, cpu, memory, (project / "claims.store").stat().st_size / 1e6


def import_theirs(node, peers, data, database, kind="plain"):
    wall, cpu, memory, _ = timed([node, f"{peers}/duck.js", "load", str(data), str(database),
                                  kind, THREADS])
    return wall, cpu, memory, database.stat().st_size / 1e6


def run_ours(project, ids, threads=THREADS):
    """Milliseconds of the evaluation, and wall, CPU and memory of the whole command."""
    wall, cpu, memory, out = timed(shihyo(project, "--json", "run", *ids, "--period", "FY2023",
                                          "--threads", threads))
    return json.loads(out)["compute_ns"] / 1e6, wall * 1e3, cpu * 1e3, memory


def run_theirs(node, peers, database, answers, rounds, kind="plain", tables=TABLES):
    out = timed([node, f"{peers}/duck.js", "query", str(database), ",".join(tables), kind,
                 THREADS, str(rounds), str(answers)])[3]
    return {line["t"]: line["med_ms"] for line in map(json.loads, out.splitlines())}


def row(name, *cells):
    print("| " + " | ".join([name, *cells]) + " |")


def middle(rounds, at):
    return statistics.median(one[at] for one in rounds)


def bench_import(source, data, peers, node, project, database, rounds):
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(import_theirs(node, peers, data, database))
        ours.append(import_ours(project))
    row("import", "wall s", "CPU s", "anonymous MB", "file MB")
    row("---", "---", "---", "---", "---")
    for name, figures in (("DuckDB, plain", theirs), ("shihyo", ours)):
        row(name, *(f"{middle(figures, i):.1f}" for i in range(4)))
    row("ratio", f"{middle(theirs, 0) / middle(ours, 0):.1f}",
        f"{middle(theirs, 1) / middle(ours, 1):.1f}", "", "")
    print()


def check_answers(source, project, answers):
    """Nothing is timed that is not right."""
    wall = timed(shihyo(project, "run", "--period", "FY2023", "--threads", THREADS))
    results = project / "results.csv"
    results.write_text(timed(shihyo(project, "show", "--format", "csv"))[3], encoding="utf-8")
    verdict = subprocess.run([sys.executable, f"{source}/tests/bench/claims_compare.py",
                              str(results), str(answers)], check=False)
    if verdict.returncode != 0:
        sys.exit("the tables differ from DuckDB's")
    for name in TABLES:
        digest = hashlib.md5((pathlib.Path(answers) / f"{name}.csv").read_bytes()).hexdigest()
        print(f"{name} {digest[:12]}", end="  ")
    print("\n")
    return wall


def bench_queries(source, peers, node, project, database, answers, rounds):
    theirs = [run_theirs(node, peers, database, answers, 1)]
    check_answers(source, project, answers)
    fused, alone = [], {name: [] for name in TABLES}
    for _ in range(rounds):
        theirs.append(run_theirs(node, peers, database, answers, 1))
        fused.append(run_ours(project, []))
        for name in TABLES:
            alone[name].append(run_ours(project, OURS[name]))
    plain = {name: statistics.median(one[name] for one in theirs[1:]) for name in TABLES}
    row("ms", *TABLES, "sum", "fused", "fused, whole command", "CPU", "anonymous MB")
    row(*["---"] * 11)
    row("DuckDB, plain", *(f"{plain[n]:.0f}" for n in TABLES), f"{sum(plain.values()):.0f}",
        "", "", "", "")
    single = {n: middle(alone[n], 0) for n in TABLES}
    row("shihyo", *(f"{single[n]:.0f}" for n in TABLES), f"{sum(single.values()):.0f}",
        *(f"{middle(fused, i):.0f}" for i in range(4)))
    row("ratio", *(f"{plain[n] / single[n]:.1f}" for n in TABLES), "",
        f"{sum(plain.values()) / middle(fused, 0):.1f}",
        f"{sum(plain.values()) / middle(fused, 1):.1f}", "", "")


def bench_threads(project, rounds, loads):
    """What a second thread brings: the same on one processor and on two, in turns."""
    one = ["taskset", "-c", "0"]
    imports, runs = {"1": [], "2": []}, {"1": [], "2": []}
    for _ in range(loads):
        imports["1"].append(import_ours(project, one))
        imports["2"].append(import_ours(project))
    for _ in range(rounds):
        for threads in runs:
            runs[threads].append(run_ours(project, [], threads))
    print()
    row("threads", "import, wall s", "import, CPU s", "fused, ms", "whole command, ms")
    row("---", "---", "---", "---", "---")
    for threads in runs:
        row(threads, f"{middle(imports[threads], 0):.2f}", f"{middle(imports[threads], 1):.2f}",
            f"{middle(runs[threads], 0):.0f}", f"{middle(runs[threads], 1):.0f}")
    row("1 : 2", f"{middle(imports['1'], 0) / middle(imports['2'], 0):.2f}", "",
        *(f"{middle(runs['1'], i) / middle(runs['2'], i):.2f}" for i in range(2)))


def prepare(node, peers, data, database, name):
    """One of DuckDB's other preparations; seconds it took."""
    begin = time.monotonic()
    import_theirs(node, peers, data, database, "plain" if name == "listed, sorted" else
                  "tuned" if name == "tuned" else "filt")
    if name == "listed, sorted":
        timed([node, f"{peers}/duck_exec.js", str(database), f"{peers}/duck_best_prep.sql",
               THREADS])
    return time.monotonic() - begin


def bench_prepared(peers, node, data, work, project, answers, rounds):
    best = {}
    print()
    row("ms, DuckDB", "prepared in s", *TABLES)
    row(*["---"] * (2 + len(TABLES)))
    tables = TABLES + (["t1best"] if os.path.exists(f"{peers}/duck_t1best.sql") else [])
    for name in ("tuned", "listed", "listed, sorted"):
        database = pathlib.Path(work, "prepared.duckdb")
        seconds = prepare(node, peers, data, database, name)
        kind, asked = ("tuned", TABLES) if name == "tuned" else ("plain", tables)
        out = pathlib.Path(work, "prepared")
        times = [run_theirs(node, peers, database, out, 1, kind, asked) for _ in range(rounds + 1)]
        for table in TABLES:
            if (out / f"{table}.csv").read_bytes() != (answers / f"{table}.csv").read_bytes():
                sys.exit(f"{name}: {table} differs from the plain answer")
        middles = {t: statistics.median(one[t] for one in times[1:]) for t in asked}
        middles["t1"] = min(middles["t1"], middles.get("t1best", middles["t1"]))
        row(name, f"{seconds:.0f}", *(f"{middles[t]:.0f}" for t in TABLES))
        best = {t: min(best.get(t, middles[t]), middles[t]) for t in TABLES}
        database.unlink()
    fused = statistics.median(run_ours(project, [])[0] for _ in range(rounds))
    row("best of each", "", *(f"{best[t]:.0f}" for t in TABLES))
    print(f"\nbest of each, added: {sum(best.values()):.0f} ms; shihyo fused: {fused:.0f} ms; "
          f"ratio {sum(best.values()) / fused:.1f}")


def main():
    source, data, peers = (os.path.abspath(word) for word in sys.argv[1:4])
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 and sys.argv[4].isdigit() else 5
    loads = int(sys.argv[sys.argv.index("--load") + 1]) if "--load" in sys.argv else 1
    node = shutil.which("node")
    modules = f"{source}/tests/bench/peer/node_modules"
    if node is None or not os.path.isdir(modules):
        print("SKIP: the peer is not installed (npm ci in tests/bench/peer)")
        return
    if not os.path.exists(f"{data}/med_items.csv") or not os.path.exists(f"{peers}/duck.js"):
        print("SKIP: there are no generated files or no statements of the peer")
        return
    os.environ["NODE_PATH"] = modules
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as work:
        project, database = pathlib.Path(work, "project"), pathlib.Path(work, "peer.duckdb")
        make_project(project, source, data)
        bench_import(source, data, peers, node, project, database, loads)
        answers = pathlib.Path(work, "answers")
        bench_queries(source, peers, node, project, database, answers, rounds)
        database.unlink()
        if "--prepared" in sys.argv:
            bench_prepared(peers, node, data, work, project, answers, rounds)
        if "--threads" in sys.argv:
            bench_threads(project, rounds, loads)


if __name__ == "__main__":
    main()
