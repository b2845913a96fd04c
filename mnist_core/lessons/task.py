"""An exercise in a link: a lesson of one step, written as the text of a lesson file, compressed, in letters for URLs.

It is read and checked as a lesson file is. Whoever opens a link has not chosen what is in it, so sizes are bounded.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any

from mnist_core.lessons.lesson import Criterion, Lesson, Question, Step
from mnist_core.lessons.problems import LessonError
from mnist_core.lessons.read_lesson import read_lesson

MOST_CHARACTERS = 2000
"""Of a `task` in an address; browsers and chats take links of some 2,000 characters."""
MOST_BYTES = 16_000
"""Of the text of a lesson file. No step that the checks accept has more than half of it."""
NAME = "task-"
"""The beginning of the names under which progress in exercises is kept. Files of lessons cannot hide them."""

_HEAD = 'title = "Exercise"\ndescription = "An exercise from a link."\nminutes = 5\n\n[[step]]\n'
_RAW = -zlib.MAX_WBITS
"""Raw deflate: a checksum would make the address longer, and what is damaged is mostly no valid lesson either."""


class TaskError(LessonError):
    """An exercise that a link cannot hold, or a link that holds none."""


def write_task(step: Step) -> str:
    """Return a step as the value of `task` in an address.

    Raises `LessonError` if the step is not valid, and `TaskError` if the address would be too long.
    """
    text = "\n".join(_lines(step))
    read_lesson(_HEAD + text, "exercise")
    deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    packed = deflate.compress(text.encode()) + deflate.flush()
    task = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(task) > MOST_CHARACTERS:
        raise TaskError(
            "The link would have {length:,} characters for the exercise alone, where {most:,} are "
            "allowed. Shorten its texts.",
            length=len(task),
            most=MOST_CHARACTERS,
        )
    return task


@lru_cache(maxsize=256)
def read_task(task: str) -> Lesson:
    """Return the exercise of an address as a lesson of one step, whose name depends on the content.

    Raises `TaskError` whatever is wrong.
    """
    name = NAME + hashlib.sha256(task.encode(errors="replace")).hexdigest()[:16]
    text = _HEAD + _unpacked(task)
    try:
        lesson = read_lesson(text, name)
    except LessonError as error:
        raise TaskError("The link’s exercise cannot be used: {problem}", problem=_what_is_wrong(error)) from None
    if len(lesson.steps) != 1:
        raise TaskError(
            "The link’s exercise cannot be used: it has {steps} steps; expected one.", steps=len(lesson.steps)
        )
    return lesson


def _unpacked(task: str) -> str:
    if len(task) > MOST_CHARACTERS:
        raise TaskError(
            "The link’s exercise cannot be read: it has {length:,} characters, where {most:,} are allowed.",
            length=len(task),
            most=MOST_CHARACTERS,
        )
    incomplete = TaskError("The link’s exercise cannot be read: the link is damaged or incomplete. Copy it again.")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", task):
        raise incomplete
    inflate = zlib.decompressobj(_RAW)
    try:
        data = inflate.decompress(base64.urlsafe_b64decode(task + "=" * (-len(task) % 4)), MOST_BYTES)
        text = data.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        raise incomplete from None
    if inflate.unconsumed_tail:
        raise TaskError("The link’s exercise cannot be read: it has more than {most:,} bytes.", most=MOST_BYTES)
    if not inflate.eof:
        raise incomplete
    return text


def _what_is_wrong(error: LessonError) -> str:
    """Return the first problem without its line, which nobody sees in a link."""
    return error.problems[0].text if error.problems else str(error)


def _lines(step: Step) -> Iterator[str]:
    """Yield what is set in a step as lines of TOML: plain values first, then tables."""
    set_values = _set_values(step)
    tables = {name: value for name, value in set_values.items() if isinstance(value, Criterion | Question)}
    for name, value in set_values.items():
        if name not in tables:
            yield f"{name} = {_toml(value)}"
    for name, table in tables.items():
        yield f"[step.{name}]"
        for key, value in _set_values(table).items():
            yield f"{key} = {_toml(value)}"


def _set_values(item: Step | Question | Criterion) -> dict[str, Any]:
    """Return the fields that differ from their defaults, and the page, which must be there."""
    values = {it.name: (getattr(item, it.name), it.default) for it in fields(item)}
    return {
        name: value
        for name, (value, default) in values.items()
        if name == "page" or (value != default and value not in ((), {}))
    }


def _toml(value: Any) -> str:
    """Return a value in TOML, whose strings, numbers and lists of these are written as in JSON."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_toml(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
