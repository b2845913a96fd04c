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

MOST_DOTS = 100
"""Most dots outside of texts in a statement: those of numbers and of keys."""

_TOKEN = re.compile(
    r"""
      \"\"\"(?:\\.|[^\\])*?\"{3,5} | '''.*?'{3,5}     # strings over several lines, which may end with quotes
    | "(?:\\.|[^"\\\n])*" | '[^'\n]*'
    | \#[^\n]*
    | (?P<open>[\[{]) | (?P<close>[\]}]) | (?P<end>\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_HINTS = {"Invalid value": " (texts need quotes)", "Cannot declare": " (each step begins with [[step]])"}
"""What helps, by how the message of `tomllib` begins."""


class TomlError(Exception):
    """The text is not TOML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class Document:
    """The `values` of a TOML text, and the line of each. Raises `TomlError`."""

    def __init__(self, text: str) -> None:
        text = text.replace("\r\n", "\n")
        self._statements = dict(_statements(text))
        _refuse_long_keys(self._statements)
        self.values = _parsed(text)
        self._lines = _lines_of(self._statements)

    def line(self, path: Path, part: str = "") -> int:
        """Return the line, from 1, on which a key is; the line of the table if it is absent.

        With a `part` of a value that goes over several lines, it is the line where that part begins.
        """
        while path and path not in self._lines:
            path = path[:-1]
        first = self._lines[path]
        statement = self._statements.get(first, "")
        return first + statement.count("\n", 0, max(0, statement.find(part))) if part else first


def _refuse_long_keys(statements: Mapping[int, str]) -> None:
    """Raise `TomlError` for keys such as a.a.a.a of thousands of parts, whose time grows with the square of these."""
    for line, statement in statements.items():
        if _TOKEN.sub("", statement).count(".") > MOST_DOTS:
            raise TomlError(Problem(line, f"There are more than {MOST_DOTS} dots here; expected keys without dots."))


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TomlError(_syntax_problem(text, error)) from None


def _syntax_problem(text: str, error: Exception) -> Problem:
    """Return what is wrong with the syntax. What has no end is reported on the line where it begins."""
    if isinstance(error, RecursionError):
        return Problem(_first_invalid(text), "There are too many brackets within each other.")
    place = _PLACE.search(str(error))
    if place is None:  # int() refuses it
        return Problem(_first_invalid(text), "This is not TOML: a number has too many digits.")
    said = clean(str(error)[: place.start()], 200)
    hint = next((hint for beginning, hint in _HINTS.items() if said.startswith(beginning)), "")
    what = f"This is not TOML: {said[:1].lower()}{said[1:]}{hint}"
    if place["line"]:
        return Problem(int(place["line"]), f"{what}.")
    return Problem(_first_invalid(text), f"{what}, or what begins here has no end.")


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


def _lines_of(statements: Mapping[int, str]) -> dict[Path, int]:
    """Return the line of each table and key of a valid TOML text. The text itself begins on line 1."""
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, statement in statements.items():
        if statement.lstrip().startswith("["):
            table = _table_of(statement, counts)
            for length in range(1, len(table) + 1):  # an array of tables begins with its first one
                lines.setdefault(table[:length], line)
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
