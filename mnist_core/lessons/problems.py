"""What is wrong in a lesson file, each with its line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from mnist_core.errors import UserError


class Problem(NamedTuple):
    """One thing that is wrong: the line, counted from 1, and a sentence on what was found and expected."""

    line: int
    text: str


class LessonError(UserError):
    """A lesson cannot be used. The text names the file, the line of the first problem, and what was expected there.

    `problems` has all of them, in the order of their lines; none if no line is at fault, such as of an absent file.
    """

    def __init__(self, text: str, problems: Iterable[Problem] = (), /, **values: Any) -> None:
        super().__init__(text, **values)
        self.problems = tuple(problems)


def error_of(file_name: str, problems: Iterable[Problem]) -> LessonError:
    """Return the error for a file with at least one problem."""
    found = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
    first = found[0]
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    return LessonError(f"{file_name}, line {first.line}: {first.text}{more}", found)
