"""Run soak tests, that nothing is lost under load: `python -m soak [--only memory|crowd|workshop|kills]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from scripts.preflight import Problem
from soak import kills, memory, simultaneous_visitors, workshop
from soak.checks import CheckFailed

USER_ERROR = 2
PARTS = ("memory", "crowd", "workshop", "kills")


def main() -> int:
    """Run the chosen soak tests; return exit code 1 if a check fails, 2 if something that they need is missing."""
    options = _options()
    parts: dict[str, Callable[[], None]] = {
        "memory": memory.soak,
        "crowd": lambda: simultaneous_visitors.soak(options.people),
        "workshop": lambda: workshop.soak(options.students, options.minutes, options.seed),
        "kills": lambda: kills.soak(options.runs, options.kills, options.minutes, options.seed),
    }
    try:
        for name in options.only or parts:
            parts[name]()
    except CheckFailed as failure:
        print(f"This does not hold: {failure}", file=sys.stderr)
        return 1
    except Problem as problem:
        print(problem, file=sys.stderr)
        return USER_ERROR
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, help="only this; by default all")
    parser.add_argument("--people", type=int, default=20, help="who press Train in the same second, default 20")
    parser.add_argument("--students", type=int, default=40, help="who work in the workshop, default 40")
    parser.add_argument("--runs", type=int, default=8, help="runs in training meanwhile, default 8")
    parser.add_argument("--kills", type=int, default=100, help="of workers and servers, default 100")
    parser.add_argument(
        "--minutes", type=float, default=10, help="of the workshop, and in which the kills are spread, default 10"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the moments and victims, default 0")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
