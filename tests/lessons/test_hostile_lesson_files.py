"""Files that were not written to be lessons: each is refused with a line, and none ends in another error."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from mnist_core.lessons import LessonError, Problem, read_lesson
from mnist_core.text.escape import clean
from tests.support.hostile_texts import HOST, HOSTILE_TEXTS
from tests.support.lesson_file import VALID

VALUES = {
    "text": '"text"',
    "control characters": r'"\u0000\u001b[2J\u202e"',
    "number": "7",
    "negative": "-7",
    "huge": "9" * 4000,
    "fraction": "0.5",
    "infinite": "inf",
    "not a number": "nan",
    "switch": "true",
    "date": "1979-05-27",
    "time": "07:32:00",
    "moment": "1979-05-27T07:32:00Z",
    "list": '["text", "text"]',
    "list of lists": "[[[]]]",
    "mixed list": '[1, "a", {}, 1979-05-27]',
    "table": '{ a = 1, "" = { b = "c" }, "\\u0000" = 1 }',
    "deep": "[" * 80 + "]" * 80,
    "empty": "{}",
    "nothing": "[]",
}
KEYS = [line.split(" = ")[0] for line in VALID.splitlines() if " = " in line]


def all_problems(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a file; any other error than that of lessons is raised."""
    problems: tuple[Problem, ...] = ()
    with suppress(LessonError):
        try:
            read_lesson(text, "hostile")
        except LessonError as error:
            problems = error.problems or (Problem(0, ""),)
            raise
    assert all(1 <= it.line <= 1 + text.count("\n") for it in problems)
    assert all(it.text == clean(it.text, 1000) for it in problems)
    return problems


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_any_type_at_any_key_is_refused_or_read(value):
    lines = VALID.splitlines()
    for number, line in enumerate(lines):
        key, equals, old = line.partition(" = ")
        if equals and not old.endswith(('"""', "[")):
            all_problems("\n".join([*lines[:number], f"{key} = {VALUES[value]}", *lines[number + 1 :]]))
    for key in ("step", "title", '""', '"\\u0000"', "a.b.c", "step.title"):
        all_problems(f"{key} = {VALUES[value]}\n")
        all_problems(f"{VALID}\n{key} = {VALUES[value]}\n")
    assert all_problems(f"step = {VALUES[value]}")


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_a_hostile_text_is_refused_or_nothing_in_it_leads_elsewhere(name):
    text = HOSTILE_TEXTS[name]
    escaped = "".join(f"\\U{ord(it):08x}" if not 0xD800 <= ord(it) < 0xE000 else "\\ud800" for it in text)
    if not all_problems(VALID.replace("Eight units are few.", escaped)):
        assert HOST not in text
        assert "www." not in text.lower()
        assert "![" not in text
    for found in ('"Units"', '"train"', '"units = 8"', '"epochs"', '"MNIST"', '"about 50 %"', '"test accuracy"'):
        all_problems(VALID.replace(found, f'"{escaped}"'))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "a = " + "[" * 10_000 + "]" * 10_000,
        "a = " + "{a=" * 3_000 + "1" + "}" * 3_000,
        ".".join("a" * 10_000) + " = 1",
        "[" + ".".join("a" * 10_000) + "]",
        "[[a]]\n" * 10_000,
        "[[step]]\n" * 7_000,
        'a = """' + "\n" * 60_000,
        "a = '''" + '"""' * 20_000,
        'a = "' + "\\" * 60_001,
        "\n" * 63_999,
        "#\n" * 32_000,
        "a = [\n" + '"",\n' * 15_000 + "]",
        "query = {" + ",".join(f"a{number}=1" for number in range(6_000)) + "}",
        "\0",
        "\ufeff\ufeff",
        "\ud800",
        "a = 1\rb = 2",
        "",
    ],
    ids=str.__len__,
)
def test_what_is_large_or_nested_is_refused_within_a_moment(text):
    assert all_problems(text)


def test_bytes_that_are_exchanged_at_random_never_end_in_another_error():
    random = np.random.default_rng(1)
    for _ in range(100):
        characters = list(VALID)
        for place in random.integers(len(characters), size=random.integers(1, 6)):
            characters[place] = str(random.choice(list("\"'[]{}=.,#\\\n\r\t\0\u202eä0aZ")))
        all_problems("".join(characters))
