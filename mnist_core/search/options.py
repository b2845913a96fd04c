"""The options of a sweep and their limits. The terminal's `--help` reads them, so nothing here loads NumPy."""

from __future__ import annotations

from enum import StrEnum

DEFAULT_VALIDATION_IMAGES = 10_000
MOST_RUNS = 500
MOST_SEEDS = 10
LONGEST_HOURS = 24.0


class Sampler(StrEnum):
    """How the next setting is chosen."""

    GRID = "grid"
    RANDOM = "random"
    TPE = "tpe"
