"""Reads TOML and keeps the line of every key, which `tomllib` forgets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from mnist_core.lessons.problems import Problem
from mnist_core.text.escape import clean

Path = tuple[str | int, ...]
"""The way to a value: the keys of tables, and the indices of tables in arrays: ("step", 0, "title")."""

_TOKEN = re.compile(
    r"""
      \"\"\"(?:\\.|[^\\])*?\"{3,5} | '''.*?'{3,5}     # strings over several lines, which may end with quotes
    | "(?:\\.|[^"\\\n])*" | '[^'\n]*'
    | \#[^\n]*
    | (?P<open>[\[{]) | (?P<close>[\]}]) | (?P<end>\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class TomlError(Exception):
    """The text is not TOML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class Document:
    """The `values` of a TOML text, and the line of each. Raises `TomlError`."""

    def __init__(self, text: str) -> None:
        text = text.replace("\r\n", "\n")
        self.values = _parsed(text)
        self._lines = _lines_of(text)

    def line(self, path: Path) -> int:
        """Return the line, from 1, on which a value begins; the line of what contains it if it is absent."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TomlError(_syntax_problem(text, error)) from None


def _syntax_problem(text: str, error: Exception) -> Problem:
    """Return what is wrong with the syntax. What has no end is reported on the line where it begins."""
    place = _PLACE.search(str(error))
    line = int(place[1]) if place and place[1] else _first_invalid(text)
    if isinstance(error, RecursionError):
        return Problem(line, "There are too many brackets within each other.")
    what = _PLACE.sub("", str(error)) if place else "a number is too long"
    return Problem(line, f"This is not TOML: {clean(what[:1].lower() + what[1:], 200)}.")


def _first_invalid(text: str) -> int:
    """Return the line of the first statement that is not valid by itself; the last line if all are."""
    line = 1
    for line, statement in _statements(text):
        try:
            tomllib.loads(statement)
        except (ValueError, RecursionError):
            return line
    return line


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement of a TOML text, that is a header or a key with its value, with its first line."""
    start, line, depth = 0, 1, 0
    for token in _TOKEN.finditer(text + "\n"):
        depth += bool(token["open"]) - bool(token["close"])
        if token["end"] and depth <= 0:
            statement = text[start : token.end()]
            yield line, statement
            start, line, depth = token.end(), line + statement.count("\n"), 0
    if start < len(text):
        yield line, text[start:]


def _lines_of(text: str) -> dict[Path, int]:
    """Return the line of each table and key of a valid TOML text."""
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        if statement.lstrip().startswith("["):
            table = _table_of(statement, counts)
            lines.setdefault(table, line)
        else:
            _note_keys(tomllib.loads(statement), table, line, lines)
    return lines


def _table_of(statement: str, counts: dict[Path, int]) -> Path:
    """Return the path of the table that a header begins. `counts` has the number of tables in each array so far."""
    path: Path = ()
    value: Any = tomllib.loads(statement)
    while isinstance(value, dict) and value:
        ((key, value),) = value.items()
        path = (*path, key)
        if isinstance(value, list):  # [[key]] begins another table of the array
            counts[path] = counts.get(path, 0) + 1
            value = value[0]
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


def _note_keys(value: Any, path: Path, line: int, lines: dict[Path, int]) -> None:
    if isinstance(value, Mapping):
        items: Iterator[tuple[str | int, Any]] = iter(value.items())
    elif isinstance(value, list):
        items = iter(enumerate(value))
    else:
        return
    for key, inner in items:
        lines.setdefault((*path, key), line)
        _note_keys(inner, (*path, key), line, lines)
