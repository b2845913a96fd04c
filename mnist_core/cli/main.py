"""Runs one command of the terminal. Its options are in `parser`, and what it does in the module of its name."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from mnist_core.cli.parser import USER_ERROR, parser
from mnist_core.errors import UserError
from mnist_core.text.escape import for_terminal

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 for what the person can mend, 130 after Ctrl-C."""
    _write_whatever_can_be_written()
    try:
        options = parser().parse_args(arguments)
        command = import_module(f"mnist_core.cli.{options.command}")  # alone: others load TensorFlow
        return int(command.run(options) or 0)
    except UserError as error:
        print(for_terminal(f"Error: {error}"), file=sys.stderr)
        return USER_ERROR
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def _write_whatever_can_be_written() -> None:
    """Let standard output and error replace characters that the terminal's encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
