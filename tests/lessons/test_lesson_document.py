"""What docs/lessons.md says: its lesson is used as it is written there, and its tables have every key."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mnist_core.lessons import Criterion, Lesson, LessonError, Question, Step, is_met, read_lesson
from mnist_core.runs import State
from tests.support.sample_records import frame, run

DOCUMENT = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
(WRITTEN,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, flags=re.DOTALL)


def test_the_lesson_of_the_document_has_three_steps_that_a_learner_can_do():
    lesson = read_lesson(WRITTEN, "one_layer")
    assert [step.page for step in lesson.steps] == ["train", "train", "runs"]
    without, with_units, compare = (step.criterion for step in lesson.steps)
    assert without
    assert with_units
    assert compare
    first, second = (run(number, **_settings(step)) for number, step in enumerate(lesson.steps[:2], 1))
    assert not is_met(without, frame(), 0)
    assert is_met(without, frame(first), 0)
    assert not is_met(with_units, frame(first), 0)
    assert is_met(with_units, frame(first, second), 0)
    assert not is_met(with_units, frame(first, run(2, hidden_units=32, state=State.PAUSED)), 0)
    assert is_met(compare, frame(first, second), 0)


def _settings(step: Step) -> dict[str, Any]:
    """What is filled in; without layers there are no units."""
    none = {"hidden_units": 0} if step.settings.get("hidden_layers") == 0 else {}
    return {**step.settings, **none}


def test_the_problem_in_the_document_is_reported_as_it_says():
    (said,) = re.findall(r"^my_lessons/one_layer\.toml:(\d+): (.*)$", DOCUMENT, flags=re.MULTILINE)
    with pytest.raises(LessonError) as error:
        read_lesson(WRITTEN.replace('fix = ["epochs"]', 'fix = ["epoch"]'), "one_layer")
    assert [(str(line), text) for line, text in error.value.problems] == [said]


@pytest.mark.parametrize(
    ("heading", "part"),
    [("## The file", Lesson), ("### A step", Step), ("### A question", Question), ("### A criterion", Criterion)],
)
def test_the_tables_of_the_document_have_every_key(heading, part):
    section = re.split(r"^##", DOCUMENT.split(f"{heading}\n")[1], flags=re.MULTILINE)[0]
    listed = set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))
    of_file = {"name", "language"}  # the name of the file says these
    assert listed == {{"steps": "step"}.get(it.name, it.name) for it in fields(part)} - of_file
