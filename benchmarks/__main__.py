"""Measure, print the tables, and write them to a Markdown file."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import fast, growth, memory, report, store, sweeps, turns, waits
from scripts.preflight import Problem

RESULTS = Path(__file__).parent / "results.md"
USER_ERROR = 2


def main() -> int:
    """Run what was asked for; exit code 2 where something needed, such as Chromium, is not there."""
    options = _options()
    measurements = _measurements(options)
    heading = [report.machine(), f"Other load on the machine at the start: {report.load():.1f}."]
    print("\n".join(heading), flush=True)
    started, tables = time.monotonic(), []
    try:
        for name in options.only or measurements:
            tables.append(measurements[name]())
            print(f"\n{tables[-1]}", flush=True)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return USER_ERROR
    heading.append(f"It took {time.monotonic() - started:.0f} seconds; load at the end: {report.load():.1f}.")
    report.write(options.output, tables, "\n".join(heading))
    print(f"\n{heading[-1]} Written to {options.output}.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    choices = ("fast", "growth", "turns", "waits", "store", "memory", "sweeps")
    parser.add_argument("--only", nargs="+", choices=choices, help="measure only this; by default all")
    parser.add_argument("--rounds", type=int, help="alternating rounds of each, 5 by default, 3 with --quick")
    parser.add_argument("--quick", action="store_true", help="fewer settings, rounds and runs: about two minutes")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file to write, replacing what it has")
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 5)
    return options


def _measurements(options: argparse.Namespace) -> dict[str, Callable[[], report.Table]]:
    return {
        "fast": lambda: fast.measure(options.rounds),
        "growth": lambda: growth.measure(options.rounds, options.quick),
        "turns": lambda: turns.measure(options.rounds, options.quick),
        "waits": lambda: waits.measure(options.rounds),
        "store": lambda: store.measure(options.rounds),
        "memory": lambda: memory.measure(20 if options.quick else 200),
        "sweeps": lambda: sweeps.measure(options.rounds, options.quick),
    }


if __name__ == "__main__":
    sys.exit(main())
