"""Tables of results, as text that is also Markdown, and what they were measured with."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("tensorflow", "keras", "numpy", "torch", "jax", "streamlit")


class Table(NamedTuple):
    """One table of results: rows of text, and a sentence that says how to read them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def __str__(self) -> str:
        """Return the table in Markdown, padded so that it can also be read in a terminal."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [_line(row, widths) for row in (self.columns, rule, *self.rows)]
        return "\n".join([f"## {self.title}", "", *lines, "", self.note])


def write(path: Path, tables: Iterable[Table], heading: str) -> None:
    """Write the tables as one Markdown file, replacing what was there."""
    path.write_text("\n\n".join(["# Results of `make bench`", heading, *map(str, tables)]) + "\n")


def machine() -> str:
    """Return what the figures depend on: the processor, its cores, Python and the packages."""
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"{_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}; {packages}."


def load() -> float:
    """Return how many processes wanted a core in the last minute; above the number of cores, times mean little."""
    return os.getloadavg()[0]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join([first, *(cell.strip().rjust(len(cell)) for cell in rest)]) + " |"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        if names:
            return names[0]
    return platform.processor() or platform.machine()
