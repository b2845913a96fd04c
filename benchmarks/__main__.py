"""Run benchmarks, print their tables, and replace these in a Markdown file; other tables stay."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    class_drawing,
    concurrent_runs,
    drawing_latency,
    epoch_time,
    epoch_time_by_setting,
    fine_tuning,
    handwriting,
    memory,
    page_latency,
    pictures,
    report,
    runs_page,
    store_throughput,
    sweeps,
    transferred_bytes,
)
from mnist_core.errors import UserError
from scripts.preflight import Problem

RESULTS = Path(__file__).parent / "results.md"
USER_ERROR = 2
NAMES = (
    "epoch-time",
    "epoch-time-by-setting",
    "concurrent-runs",
    "page-latency",
    "drawing-latency",
    "class",
    "transferred-bytes",
    "store",
    "memory",
    "runs-page",
    "pictures",
    "sweeps",
    "handwriting",
    "fine-tuning",
)
NEEDS_STROKES = {"handwriting", "fine-tuning"}


def main() -> int:
    """Run the chosen benchmarks; return exit code 2 if one was skipped, such as without Chromium."""
    options = _options()
    measurements = _measurements(options)
    print(report.machine(), flush=True)
    skipped = [name for name in options.only or measurements if not _run(name, measurements[name], options.output)]
    print(f"\nWritten to {options.output}.")
    return USER_ERROR if skipped else 0


def _run(name: str, measure: Callable[[], report.Table], output: Path) -> bool:
    """Run one benchmark and write its table; return False, and say why, if something that it needs is missing."""
    load, started = report.load(), time.monotonic()
    try:
        table = measure().measured(load, time.monotonic() - started)
    except (Problem, UserError) as problem:
        print(f"\n{name} is skipped: {problem}", file=sys.stderr)
        return False
    report.write(output, table)
    print(f"\n{table}", flush=True)
    return True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=NAMES, help="measure only this; by default all")
    parser.add_argument("--rounds", type=int, help="alternating rounds of each, 5 by default, 3 with --quick")
    parser.add_argument("--quick", action="store_true", help="fewer settings, rounds and runs: about two minutes")
    parser.add_argument("--strokes", type=Path, help="recorded digits, JSON lines: how well are they read?")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file whose tables are replaced")
    options = parser.parse_args()
    if options.strokes is None and (needing := NEEDS_STROKES.intersection(options.only or ())):
        parser.error(f"--only {' '.join(sorted(needing))} needs --strokes FILE")
    options.rounds = options.rounds or (3 if options.quick else 5)
    return options


def _measurements(options: argparse.Namespace) -> dict[str, Callable[[], report.Table]]:
    measurements = {
        "epoch-time": lambda: epoch_time.measure(options.rounds),
        "epoch-time-by-setting": lambda: epoch_time_by_setting.measure(options.rounds, options.quick),
        "concurrent-runs": lambda: concurrent_runs.measure(options.rounds, options.quick),
        "page-latency": lambda: page_latency.measure(options.rounds),
        "drawing-latency": lambda: drawing_latency.measure(9 if options.quick else 30),
        "class": lambda: class_drawing.measure(10 if options.quick else 30),
        "transferred-bytes": lambda: transferred_bytes.measure(15 if options.quick else 60),
        "store": lambda: store_throughput.measure(options.rounds),
        "memory": lambda: memory.measure(20 if options.quick else 200),
        "runs-page": lambda: runs_page.measure(options.rounds),
        "pictures": lambda: pictures.measure(20 if options.quick else 60),
        "sweeps": lambda: sweeps.measure(options.rounds, options.quick),
    }
    if options.strokes is not None:
        measurements["handwriting"] = lambda: handwriting.measure(options.strokes)
        measurements["fine-tuning"] = lambda: fine_tuning.measure(options.strokes)
    return measurements


if __name__ == "__main__":
    sys.exit(main())
