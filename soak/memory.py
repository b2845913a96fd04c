"""What a training adds to the memory of a process, beside what the app expects and refuses settings by."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.estimate import memory_bytes
from soak.claims import claim

LARGE = TrainConfig(hidden_units=2048, hidden_layers=3, batch_size=8192)
LEAST, MOST = 0.3, 1.5
"""Times the estimate: it is of the right size, and trainings that it lets through have the memory that they need."""


def soak() -> None:
    """Train the largest network for a moment, in a process that has loaded everything else before."""
    done = subprocess.run([sys.executable, "-m", "soak.memory"], capture_output=True, text=True, check=True)
    grown, expected = int(done.stdout), memory_bytes(LARGE)
    words = f"a training of {LARGE.describe()} takes {grown / 1e6:.0f} MB, of {expected / 1e6:.0f} MB expected"
    claim(LEAST * expected < grown < MOST * expected, words)


def _grown() -> int:
    """Return the bytes by which this process grows at its peak when it trains the large network."""
    from mnist_core.training import Trainer

    Trainer(TrainConfig(hidden_units=1), load_dataset()).train_chunk()
    before = _peak()
    trainer = Trainer(LARGE, load_dataset())
    trainer.train_chunk()
    trainer.checkpoint()
    return _peak() - before


def _peak() -> int:
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Not ru_maxrss: on Linux a new program starts with that of the one that started it.
    return 1024 * int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


if __name__ == "__main__":
    print(_grown())
