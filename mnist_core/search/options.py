"""The options of a sweep and their limits. The terminal's `--help` reads them, so nothing here loads NumPy."""

from __future__ import annotations

from enum import StrEnum

from mnist_core.config import SETTINGS

VARIABLE = tuple(name for name, setting in SETTINGS.items() if not setting.fixed_in_sweeps)
"""The names of the settings that a sweep may vary."""
DEFAULT_VALIDATION_IMAGES = 10_000
MOST_RUNS = 500
MOST_SEEDS = 10
LONGEST_HOURS = 24.0


class Sampler(StrEnum):
    """How the next setting is chosen."""

    GRID = "grid"
    RANDOM = "random"
    TPE = "tpe"
