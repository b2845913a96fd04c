"""The command `serve`: replaces this process by the app."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from mnist_core.errors import UserError


def run(options: argparse.Namespace) -> NoReturn:
    """Start the app. Raises `UserError` if only the core is installed."""
    launch = Path(__file__).parents[2] / "scripts" / "launch.py"
    if not launch.exists():
        raise UserError(
            "Only the core is installed, not the app. Install it in its repository: pip install --editable ."
        )
    command = [sys.executable, str(launch), "--port", str(options.port)]
    command += ["--lan"] if options.lan else []
    command += ["--host", options.host] if options.host else []
    os.execv(sys.executable, command)  # without a shell
