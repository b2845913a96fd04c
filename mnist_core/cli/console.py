"""Output of the commands. Text that people typed is printed literally, in whatever encoding the terminal has."""

from __future__ import annotations

import getpass
from typing import Any

from rich.console import Console
from rich.table import Table

from mnist_core.text.escape import for_terminal


def console(stderr: bool = False) -> Console:
    """Return a Rich console without markup, since a run may be called [/b] or :smile:."""
    return Console(stderr=stderr, markup=False, emoji=False)


def add_row(table: Table, *cells: Any) -> None:
    """Add a row to a table for `console`."""
    table.add_row(*(for_terminal(str(cell)) for cell in cells))


def user() -> str:
    """Return the user name, which others see beside runs."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "terminal"
