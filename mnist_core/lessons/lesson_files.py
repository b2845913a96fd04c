"""Finds the lesson files of the app, and those of the person at the server in the folder of `MNIST_LESSONS_DIR`.

A file is named NAME.toml, its translations NAME.de.toml and so on. Files are read at each call, so changes are
seen at once.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mnist_core.lessons.lesson import ENGLISH, Lesson
from mnist_core.lessons.problems import LessonError, Problem, error_of
from mnist_core.lessons.read_lesson import MOST_BYTES, read_lesson
from mnist_core.text.escape import quoted

__all__ = ["LessonError", "broken_lessons", "lesson_paths", "lessons", "load_lesson", "read_lesson", "read_lesson_file"]

FOLDER = Path(__file__).parent.parent / "assets" / "lessons"
FOLDER_SETTING = "MNIST_LESSONS_DIR"
MOST_FILES = 500
"""Further files in the folder of the person at the server are ignored."""

_FILE_NAME = re.compile(r"(?P<name>[a-z0-9][a-z0-9_-]{0,39})(?:\.(?P<language>[a-z]{2}))?\.toml")
FILE_NAME_IN_WORDS = "NAME.toml or NAME.de.toml, with a name of at most 40 letters a-z, digits, - and _"


class LessonFile(NamedTuple):
    """A lesson file: where it is, and what its name says."""

    path: Path
    name: str
    language: str

    @classmethod
    def of(cls, path: Path) -> LessonFile:
        """Return the file of a path. Raises `LessonError` if its name is not that of a lesson file."""
        found = _FILE_NAME.fullmatch(path.name)
        if not found:
            raise LessonError(f"{quoted(path.name)} is not the name of a lesson file; expected {FILE_NAME_IN_WORDS}.")
        return cls(path, found["name"], found["language"] or ENGLISH)


def lessons(language: str = ENGLISH) -> dict[str, Lesson]:
    """Return all lessons that can be used, by name, in the order of a list.

    They are in that language where there is a translation, in English else.
    """
    found = []
    for files in _files().values():
        try:
            found.append(_load(files, language))
        except LessonError:
            continue  # `broken_lessons` has it
    return {lesson.name: lesson for lesson in sorted(found, key=lambda it: (it.order, it.title))}


def load_lesson(name: str, language: str = ENGLISH) -> Lesson:
    """Return a lesson, in English if it is not translated. Raises `LessonError` if it is broken or absent."""
    files = _files()
    if name not in files:
        close = difflib.get_close_matches(name[:60], files, n=1)
        raise LessonError(f"There is no lesson {quoted(name)}." + (f" Do you mean “{close[0]}”?" if close else ""))
    return _load(files[name], language)


def broken_lessons() -> list[LessonError]:
    """Return the errors of all files that cannot be used, and of the folder if it cannot be read."""
    errors: list[LessonError] = []
    try:
        paths = lesson_paths()
    except LessonError as error:
        errors, paths = [error], _paths_in(FOLDER)
    for path in paths:
        try:
            read_lesson_file(path)
        except LessonError as error:
            errors.append(error)
    return errors


def lesson_paths() -> list[Path]:
    """Return the paths of all lesson files, those of the app first, those in English before their translations.

    Raises `LessonError` if the folder of `MNIST_LESSONS_DIR` cannot be read.
    """
    own = os.environ.get(FOLDER_SETTING, "").strip()
    try:
        return _paths_in(FOLDER) + (_paths_in(Path(own).expanduser()) if own else [])
    except (OSError, ValueError, RuntimeError) as error:  # such as an unknown home
        text = f"{FOLDER_SETTING} must be a folder with lesson files, not {quoted(own)}: {_reason(error)}."
        raise LessonError(text) from None


def read_lesson_file(path: Path) -> Lesson:
    """Return the lesson of a file. A translation is compared with its file in English.

    Raises `LessonError` if it cannot be read or is not valid.
    """
    file = LessonFile.of(path)
    if file.language == ENGLISH:
        return _read(_text_of(path), file.name)
    original = _original_of(file)
    try:
        _read(english := _text_of(original), file.name)
    except LessonError as error:
        text = f"A translation needs a valid file in English, {original.name}. {error}"
        raise error_of(path.name, [Problem(1, text)]) from None
    return _read(_text_of(path), file.name, file.language, english)


def _original_of(file: LessonFile) -> Path:
    """Return the path of the file in English: it is beside the translation, or comes along with the app."""
    beside, of_app = (folder / f"{file.name}.toml" for folder in (file.path.parent, FOLDER))
    return of_app if of_app.exists() and not beside.exists() else beside


def _files() -> dict[str, dict[str, Path]]:
    """Return the path of each lesson in each language. A lesson of the person at the server replaces one of its name.

    What is no lesson file is left out; if the folder cannot be read, so are all in it.
    """
    try:
        paths = lesson_paths()
    except LessonError:
        paths = _paths_in(FOLDER)
    found: dict[str, dict[str, Path]] = {}
    for path in paths:
        with suppress(LessonError):
            file = LessonFile.of(path)
            if file.language == ENGLISH:
                found[file.name] = {}
            found.setdefault(file.name, {})[file.language] = path
    return {name: files for name, files in found.items() if ENGLISH in files}


def _paths_in(folder: Path) -> list[Path]:
    found = list(islice((path for path in folder.iterdir() if path.suffix == ".toml"), MOST_FILES))
    return sorted(found, key=lambda path: (path.name.split(".")[0], path.name.count("."), path.name))


def _load(files: Mapping[str, Path], language: str) -> Lesson:
    """Return a lesson in that language; in English if there is no translation, or a broken one."""
    if language in files and language != ENGLISH:
        with suppress(LessonError):
            return read_lesson_file(files[language])
    return read_lesson_file(files[ENGLISH])


@lru_cache(maxsize=256)
def _read(text: str, name: str, language: str = ENGLISH, english: str = "") -> Lesson:
    """Return the lesson of a text; of a translation, if `english` is the text of its original."""
    return read_lesson(text, name, language, _read(english, name) if english else None)


def _text_of(path: Path) -> str:
    """Return the text of a file. Raises `LessonError` if it cannot be read, is too large or no text."""
    try:
        if not path.is_file():
            raise FileNotFoundError(0, "there is no such file")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise error_of(path.name, [Problem(1, f"The file is too large; expected at most {MOST_BYTES:,} bytes.")])
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise error_of(path.name, [Problem(line, "This is not text in UTF-8.")]) from None
    except (OSError, ValueError) as error:
        raise LessonError(f"{quoted(path.name)} cannot be read: {_reason(error)}.") from None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or "the path is not valid"
