"""What the terminal loads before it runs a command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_options_of_every_command_are_known_without_tensorflow():
    code = (
        "import sys\n"
        "from mnist_core.cli.parser import parser\n"
        "parser()\n"
        "print(sorted({'tensorflow', 'keras', 'onnx', 'optuna'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
