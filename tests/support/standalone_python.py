"""Runs exported programs with Python, Keras and the images alone, without this project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from mnist_core.data import MNIST_PATH

LIMIT_SECONDS = 300


def run_standalone(folder: Path, *arguments: str) -> str:
    """Run Python in a folder with nothing but the images: no network, none of this project's code."""
    (folder / "mnist.npz").symlink_to(MNIST_PATH)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment | {"CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def accuracy_in(output: str, of: str = "Test") -> float:
    found = re.search(rf"^{of} accuracy: ([\d.]+) %", output, flags=re.MULTILINE)
    assert found is not None, output[-2000:]
    return float(found[1]) / 100
