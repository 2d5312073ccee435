#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coverage.py SOURCES [LIST]: which lines of core and plugins the tests have run, by folder.

For a build with --enable-coverage, in its top folder, after make check. LIST gets every file's
share and the lines that no test has reached.
"""
import collections
import json
import os
import subprocess
import sys


def counts(top):
    """Of every source file: how often each line was run, over all programs that hold it."""
    found = collections.defaultdict(collections.Counter)
    data = [
        os.path.join(folder, name)
        for folder, _, names in os.walk(".")
        for name in sorted(names)
        if name.endswith(".gcda")
    ]
    if not data:
        sys.exit("no counts here: configure --enable-coverage, make check")
    for i in range(0, len(data), 50):
        out = subprocess.run(
            ["gcov", "--json-format", "--stdout"] + data[i : i + 50],
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout
        for line in out.splitlines():
            for file in json.loads(line)["files"]:
                path = os.path.relpath(os.path.realpath(file["file"]), top)
                name = os.path.basename(path)
                ours = path.startswith(("core/", "plugins/"))
                if not ours or name.startswith("test_"):
                    continue
                for entry in file["lines"]:
                    found[path][entry["line_number"]] += entry["count"]
    return found


def spans(numbers):
    """1-3 7 9-10"""
    out = []
    for n in sorted(numbers):
        if out and out[-1][1] == n - 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in out)


def share(run, lines):
    return f"{100 * run / lines:5.1f} %  {run:6} of {lines:6}"


def main():
    found = counts(os.path.realpath(sys.argv[1]))
    folders = collections.defaultdict(lambda: [0, 0])
    listing = []
    for path, lines in sorted(found.items()):
        missed = [n for n, count in lines.items() if count == 0]
        for folder in ("/".join(path.split("/")[:2]), "all"):
            folders[folder][0] += len(lines) - len(missed)
            folders[folder][1] += len(lines)
        listing.append(f"{share(len(lines) - len(missed), len(lines))}  {path}: {spans(missed)}")
    for folder, (run, lines) in sorted(folders.items(), key=lambda f: (f[0] == "all", f[0])):
        print(f"{share(run, lines)} lines  {folder}")
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as out:
            out.write("\n".join(listing) + "\n")


main()
