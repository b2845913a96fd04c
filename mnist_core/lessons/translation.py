"""Compares a translation with the lesson in English: the texts may differ, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mnist_core.lessons.lesson import Lesson, Question, Step
from mnist_core.lessons.table_reader import TableReader

_SAME_IN_STEPS = ("page", "query", "run", "settings", "dataset", "hide", "fix", "criterion")
_TRANSLATED_IN_QUESTIONS = ("ask", "unit", "why")


def report_differences(table: TableReader, translation: Lesson, original: Lesson) -> None:
    """Report what is not as in the original, where `table` is the translation's file."""
    for key in ("minutes", "order"):
        if getattr(translation, key) != getattr(original, key):
            table.report(f"“{key}” differs from the file in English; expected {getattr(original, key)}.", key)
    own, expected = len(translation.steps), len(original.steps)
    if own != expected:
        table.report(f"There are {own} steps; expected {expected}, as in the file in English.", "step", own - 1)
    for index, (step, its_original) in enumerate(zip(translation.steps, original.steps, strict=False)):
        _report_step(table, index, step, its_original)


def _report_step(table: TableReader, index: int, step: Step, original: Step) -> None:
    differing = [key for key in _SAME_IN_STEPS if getattr(step, key) != getattr(original, key)]
    if _without_texts(step.question) != _without_texts(original.question):
        differing.append("question")
    for key in differing:
        table.report(f"“{key}” differs from the file in English; expected the same there.", "step", index, key)


def _without_texts(question: Question | None) -> Any:
    """Return what translations of a question have in common: its answer, and the number of choices."""
    if question is None:
        return None
    return replace(question, choices=(), **dict.fromkeys(_TRANSLATED_IN_QUESTIONS, "")), len(question.choices)
