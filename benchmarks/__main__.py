"""Measure, print the tables, and renew them in a Markdown file; the tables of what was not measured stay."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import fast, growth, handwriting, ledger, memory, pen, pictures, report, store, sweeps, turns, waits
from mnist_core.errors import UserError
from scripts.preflight import Problem

RESULTS = Path(__file__).parent / "results.md"
USER_ERROR = 2


def main() -> int:
    """Run what was asked for; exit code 2 where something needed, such as Chromium, is not there."""
    options = _options()
    measurements = _measurements(options)
    print(report.machine(), flush=True)
    try:
        for name in options.only or measurements:
            load, started = report.load(), time.monotonic()
            table = measurements[name]().measured(load, time.monotonic() - started)
            report.write(options.output, table)
            print(f"\n{table}", flush=True)
    except (Problem, UserError) as problem:
        print(problem, file=sys.stderr)
        return USER_ERROR
    print(f"\nWritten to {options.output}.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    measured = ("fast", "growth", "turns", "waits", "pen", "store", "memory", "sweeps", "ledger", "pictures")
    choices = (*measured, "handwriting")
    parser.add_argument("--only", nargs="+", choices=choices, help="measure only this; by default all")
    parser.add_argument("--rounds", type=int, help="alternating rounds of each, 5 by default, 3 with --quick")
    parser.add_argument("--quick", action="store_true", help="fewer settings, rounds and runs: about two minutes")
    parser.add_argument("--strokes", type=Path, help="recorded digits, JSON lines: how well are they read?")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file whose tables are renewed")
    options = parser.parse_args()
    if "handwriting" in (options.only or ()) and options.strokes is None:
        parser.error("--only handwriting needs --strokes FILE")
    options.rounds = options.rounds or (3 if options.quick else 5)
    return options


def _measurements(options: argparse.Namespace) -> dict[str, Callable[[], report.Table]]:
    measurements = {
        "fast": lambda: fast.measure(options.rounds),
        "growth": lambda: growth.measure(options.rounds, options.quick),
        "turns": lambda: turns.measure(options.rounds, options.quick),
        "waits": lambda: waits.measure(options.rounds),
        "pen": lambda: pen.measure(9 if options.quick else 30),
        "store": lambda: store.measure(options.rounds),
        "memory": lambda: memory.measure(20 if options.quick else 200),
        "ledger": lambda: ledger.measure(options.rounds),
        "pictures": lambda: pictures.measure(20 if options.quick else 60),
        "sweeps": lambda: sweeps.measure(options.rounds, options.quick),
    }
    if options.strokes is not None:
        measurements["handwriting"] = lambda: handwriting.measure(options.strokes)
    return measurements


if __name__ == "__main__":
    sys.exit(main())
