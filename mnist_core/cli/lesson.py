"""The command `lesson`: lists the lessons of the app, or checks files, as people who write lessons do."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from mnist_core.cli.console import add_row, console
from mnist_core.cli.parser import USER_ERROR
from mnist_core.lessons.lesson_files import lesson_paths, lessons, read_lesson_file
from mnist_core.lessons.problems import LessonError
from mnist_core.text.escape import for_terminal
from mnist_core.text.words import counted


def run(options: argparse.Namespace) -> int:
    """List or check; return the exit code: 2 if a file has a problem.

    Raises `LessonError` if the folder of the person at the server cannot be read.
    """
    if options.action == "check":
        return check(options.files or lesson_paths(), options.json)
    print_lessons(options.json)
    return 0


def print_lessons(as_json: bool) -> None:
    """Print all lessons that can be used, as a table or as one JSON object per line."""
    table = Table("Name", "Title", "Steps", "Minutes", "Description")
    for it in lessons().values():
        if as_json:
            values = {"name": it.name, "title": it.title, "description": it.description}
            print(json.dumps({**values, "steps": len(it.steps), "minutes": it.minutes}))
        add_row(table, it.name, it.title, len(it.steps), it.minutes, it.description)
    if not as_json:
        console().print(table)


def check(paths: list[Path], as_json: bool) -> int:
    """Print all problems of the files, one a line as FILE:LINE: text or as JSON; return the exit code."""
    broken = False
    for path in paths:
        try:
            lesson = read_lesson_file(path)
        except LessonError as error:
            broken = True
            for line, text in _problems(error):
                _print_problem(path, line, text, as_json)
        else:
            if not as_json:
                print(for_terminal(f"{path}: valid, {counted(len(lesson.steps), 'step')}"))
    return USER_ERROR if broken else 0


def _problems(error: LessonError) -> Iterator[tuple[int | None, str]]:
    """Yield each problem with its line; without one if it is about the file itself."""
    if not error.problems:
        yield None, str(error)
    yield from error.problems


def _print_problem(path: Path, line: int | None, text: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"file": str(path), "line": line, "text": text}))
    else:
        print(for_terminal(f"{path}:{line or 1}: {text}"))
