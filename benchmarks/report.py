"""Tables of results in Markdown, and the machine and versions that they were measured with."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("tensorflow", "keras", "numpy", "torch", "jax", "streamlit")


SECTION = "\n\n## "


class Table(NamedTuple):
    """One table of results: rows of text, and a note on how to read them."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def measured(self, load: float, seconds: float) -> Table:
        """Add to the note what the figures depend on: the machine, its load before, and the date."""
        circumstances = f"{machine()} Load before: {load:.1f}. {date.today().isoformat()}, in {seconds:.0f} seconds."
        return self._replace(note=f"{self.note}\n\n{circumstances}")

    def __str__(self) -> str:
        """Return the table in Markdown, padded so that it is readable in a terminal too."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [_line(row, widths) for row in (self.columns, rule, *self.rows)]
        return "\n".join([f"## {self.title}", "", *lines, "", self.note])


def write(path: Path, table: Table) -> None:
    """Replace one table in a Markdown file and keep the others."""
    _, *sections = path.read_text().split(SECTION) if path.exists() else [""]
    replacement = str(table).removeprefix(SECTION.lstrip())
    others = [section.strip() for section in sections if section.partition("\n")[0] != table.title]
    path.write_text(SECTION.join(["# Results of `make bench`", *others, replacement]) + "\n")


def machine() -> str:
    """Describe what the figures depend on: the processor, its cores, Python and the packages."""
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"{_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}; {packages}."


def load() -> float:
    """Return the load average of the last minute. If it exceeds the number of cores, times mean little."""
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
