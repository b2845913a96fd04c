"""Reads the keys of one table of a lesson file with the types and limits they must have, and collects problems."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from mnist_core.lessons.problems import Problem
from mnist_core.lessons.text_check import text_problem
from mnist_core.lessons.toml_lines import Document, Path
from mnist_core.text.escape import LONGEST_SENTENCE, clean, quoted


class TableReader:
    """One table of a `document`. What is wrong is added to `problems`, and the value is then an empty one.

    Every key that a method asks for is known; `report_unknown` reports the others.
    """

    def __init__(self, document: Document, path: Path, problems: list[Problem]) -> None:
        self.document, self.path, self.problems = document, path, problems
        self.values = self._table_at(path)
        self._known: list[str] = []

    def report(self, text: str, *path: str | int, part: str = "") -> None:
        """Add a problem at a key of this table or at the table itself; of a long value, where that `part` of it is."""
        line = self.document.line((*self.path, *path), part)
        self.problems.append(Problem(line, clean(text, LONGEST_SENTENCE)))

    def text(self, key: str, longest: int, required: bool = False, lines: bool = False) -> str:
        """Return Markdown of at most `longest` characters, on one line unless it may have several `lines`."""
        value = self._value(key, str, "text in quotes", required)
        if value is None:
            return ""
        value = value.strip()
        if required and not value:
            self.report(f"“{key}” is empty; expected text.", key)
        elif problem := text_problem(value, longest, lines):
            self.report(f"“{key}” {problem.text}", key, part=problem.part)
        return value

    def whole(self, key: str, numbers: range, default: int, required: bool = False) -> int:
        """Return a whole number that is one of `numbers`."""
        expected = f"a whole number from {numbers[0]} to {numbers[-1]:,}"
        value = self._value(key, int, expected, required)
        if value is None:
            return default
        if value not in numbers:
            self.report(f"“{key}” must be {expected}, not {_shown(value)}.", key)
        return value

    def switch(self, key: str) -> bool:
        """Return true or false; false if it is absent."""
        return bool(self._value(key, bool, "true or false"))

    def one_of(self, key: str, options: Iterable[str], required: bool = False) -> str:
        """Return one of several words."""
        options = tuple(options)
        value = self._value(key, str, f"one of {_in_quotes(options)}", required)
        if value is None:
            return ""
        if value not in options:
            self.report(f"“{key}” is {quoted(value)}; {expected_word(value, options)}", key)
        return value

    def texts(self, key: str, counts: range, longest: int) -> tuple[str, ...]:
        """Return a list of different texts, none or as many as one of `counts`."""
        found = self._list(key)
        if found and len(found) not in counts:
            self.report(f"“{key}” has {len(found)}; expected {counts[0]} to {counts[-1]} texts.", key)
        for value in found:
            if not value.strip() or found.count(value) > 1:
                self.report(
                    f"“{key}” has {quoted(value)}; expected different texts, none of them empty.", key, part=value
                )
            elif problem := text_problem(value, longest):
                self.report(f"A text of “{key}” {problem.text}", key, part=value)
        return tuple(found)

    def words(self, key: str, options: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of words, each one of `options`."""
        found = self._list(key)
        for value in found:
            if value not in options:
                self.report(f"“{key}” has {quoted(value)}; {expected_word(value, options)}", key, part=value)
        return tuple(dict.fromkeys(found))

    def table(self, key: str) -> Mapping[str, Any]:
        """Return the table or inline table of that key; empty if it is absent."""
        return self._value(key, dict, f"a table, such as {key} = {{ name = value }}") or {}

    def inner(self, key: str) -> TableReader | None:
        """Return the reader of a table within this one; None if it is absent."""
        header = ".".join(part for part in (*self.path, key) if isinstance(part, str))
        found = self._value(key, dict, f"a table [{header}]")
        return None if found is None else TableReader(self.document, (*self.path, key), self.problems)

    def tables(self, key: str, most: int) -> list[TableReader]:
        """Return the readers of an array of tables, [[key]], which has one to `most` of them."""
        found = self._value(key, list, f"one or more tables [[{key}]]", required=True)
        if found is None:
            return []
        if not found or not all(isinstance(value, dict) for value in found):
            self.report(f"“{key}” must be one or more tables [[{key}]].", key)
            return []
        if len(found) > most:
            self.report(f"There are {len(found)} tables [[{key}]]; expected at most {most}.", key, most)
        return [
            TableReader(self.document, (*self.path, key, index), self.problems)
            for index in range(min(len(found), most))
        ]

    def report_unknown(self, elsewhere: Mapping[str, str] = {}) -> None:
        """Report keys that nothing has asked for. `elsewhere` says what some of them should be."""
        for key in self.values:
            if key not in self._known:
                expected = f"expected {elsewhere[key]}." if key in elsewhere else expected_word(key, self._known)
                self.report(f"There is no key {quoted(key)} here; {expected}", key)

    def _list(self, key: str) -> list[str]:
        expected = 'a list of texts, such as ["one", "two"]'
        found = self._value(key, list, expected)
        if found and not all(isinstance(value, str) for value in found):
            self.report(f"“{key}” must be {expected}.", key)
            return []
        return found or []

    def _value(self, key: str, kind: type, expected: str, required: bool = False) -> Any:
        """Return the value of a key; None if it is absent or, which is reported, of another type."""
        self._known.append(key)
        if key not in self.values:
            if required:
                self.report(f"“{key}” is missing; expected {expected}.")
            return None
        value = self.values[key]
        if type(value) is kind:
            return value
        self.report(f"“{key}” must be {expected}, not {_shown(value)}.", key)
        return None

    def _table_at(self, path: Path) -> Mapping[str, Any]:
        value: Any = self.document.values
        for part in path:
            value = value[part]
        return value if isinstance(value, dict) else {}


def expected_word(word: str, options: Iterable[str]) -> str:
    """Return what was expected in place of a word: the most similar option, or all of them."""
    options = tuple(options)
    close = difflib.get_close_matches(word[:60].lower(), options, n=1)
    return f"do you mean {_in_quotes(close)}?" if close else f"expected {_in_quotes(options)}."


def _in_quotes(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _shown(value: Any) -> str:
    """Return a value of TOML for a message: a short one itself, else what it is."""
    match value:
        case bool():
            return str(value).lower()
        case int() if abs(value) > 10**18:
            return "a number of that size"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
        case str():
            return quoted(value)
        case list():
            return "a list"
        case dict():
            return "a table"
    return "a date or time"
