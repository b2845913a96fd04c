"""Compares the memory that training takes with the estimate by which the app refuses settings."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.estimate import memory_bytes
from soak.checks import check

LARGE = TrainConfig(hidden_units=2048, hidden_layers=3, batch_size=8192)
LEAST_RATIO, MOST_RATIO = 0.3, 1.5
"""Limits of the memory taken, as multiples of the estimate. So it is of the right size, and trainings that it allows
have enough memory."""


def soak() -> None:
    """Train the largest network for a moment, in a process that has already loaded everything else."""
    done = subprocess.run([sys.executable, "-m", "soak.memory"], capture_output=True, text=True, check=True)
    grown, expected = int(done.stdout), memory_bytes(LARGE)
    words = f"a training of {LARGE.describe()} takes {grown / 1e6:.0f} MB, of {expected / 1e6:.0f} MB expected"
    check(LEAST_RATIO * expected < grown < MOST_RATIO * expected, words)


def _memory_growth() -> int:
    """Return by how many bytes the peak memory of this process grows when it trains the large network."""
    from mnist_core.training import Trainer

    Trainer(TrainConfig(hidden_units=1), load_dataset()).train_chunk()
    before = _peak_memory()
    trainer = Trainer(LARGE, load_dataset())
    trainer.train_chunk()
    trainer.checkpoint()
    return _peak_memory() - before


def _peak_memory() -> int:
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Not ru_maxrss: on Linux, a process inherits that value from the one that started it.
    return 1024 * int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


if __name__ == "__main__":
    print(_memory_growth())
