"""Runs a command of the terminal. `parser` has its options; the module of its name does the work."""

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
    """Run a command and return its exit code: 0, 2 for a `UserError`, 130 after Ctrl-C."""
    _write_whatever_can_be_written()
    try:
        options = parser().parse_args(arguments)
        command = import_module(f"mnist_core.cli.{options.command}")  # only this one, since some load TensorFlow
        return int(command.run(options) or 0)
    except UserError as error:
        print(for_terminal(f"Error: {error}"), file=sys.stderr)
        return USER_ERROR
    except BrokenPipeError:  # the reader, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def _write_whatever_can_be_written() -> None:
    """Make standard output and error replace characters that the encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
