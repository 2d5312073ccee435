#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the walk-through (docs/walkthrough.md): import and run over the ministry's workbooks, and
in the same minute the independent program that reads a part of them, so that machines compare.
Prints a table; the median of the rounds counts for time, the largest for memory.

  build/run python3 tests/bench/bench.py SOURCE [ROUNDS]
"""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def measure(command, cwd):
    """Wall seconds, CPU seconds, peak MB of a command and its children."""
    begin = time.monotonic()
    with open(os.devnull, 'w', encoding='utf-8') as null:
        child = subprocess.Popen(command, cwd=cwd, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begin
    if status != 0:
        sys.exit(f'{command} failed')
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def prepare(source, data, work):
    """The project of the page: its first commands, up to the import."""
    commands, inside = [], False
    with open(f'{source}/docs/walkthrough.md', encoding='utf-8') as f:
        for line in f:
            if line.startswith('```'):
                inside = line.strip() == '```sh'
            elif inside:
                commands.append(line)
    text = ''.join(commands).split('shihyo -p walk import')[0]
    env = dict(os.environ, SHIHYO_SHARED_DATA=data, SHIHYO_INDICATORS=f'{source}/indicators')
    subprocess.run(['sh', '-e', '-c', text], cwd=work, env=env, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    source = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    data = os.path.abspath(os.environ.get('SHIHYO_SHARED_DATA', f'{source}/../shared/data'))
    if not os.path.exists(f'{data}/ndb_open_data/001258409.xlsx'):
        print('SKIP: the published files are not at', data)
        return
    steps = {'import': ['shihyo', '-p', 'walk', 'import'], 'run': ['shihyo', '-p', 'walk', 'run'],
             'independent reader': ['python3', f'{source}/tests/walkthrough_independent.py', data]}
    figures = {name: [] for name in steps}
    for _ in range(rounds):
        work = tempfile.mkdtemp()
        try:
            prepare(source, data, work)
            for name, command in steps.items():
                figures[name].append(measure(command, work))
        finally:
            shutil.rmtree(work)
    figures['import + run'] = [(a[0] + b[0], a[1] + b[1], max(a[2], b[2]))
                               for a, b in zip(figures['import'], figures['run'])]
    result = {name: (statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows),
                     max(r[2] for r in rows)) for name, rows in figures.items()}
    other = result['independent reader']
    print(f'{"step":20} {"wall s":>7} {"CPU s":>7} {"peak MB":>8} {"CPU : independent":>18}')
    for name in ('import', 'run', 'import + run', 'independent reader'):
        wall, cpu, memory = result[name]
        print(f'{name:20} {wall:7.2f} {cpu:7.2f} {memory:8.0f} {cpu / other[1]:18.2f}')
    print('target of import + run: 3 seconds, 200 MB')


if __name__ == '__main__':
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
