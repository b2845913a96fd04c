"""An exercise made from settings of the Train page: its step, and the filter that finds runs with these settings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mnist_core.config import TrainConfig, Value, value_in_words
from mnist_core.ledger.view_state import FILTER_LENGTH
from mnist_core.lessons.lesson import Criterion, Question, Step
from mnist_core.text.sentence import marked

TITLE = marked("Exercise")
_AND = " and "
_ALWAYS = ("hidden_units", "epochs", "batch_size", "optimizer", "learning_rate")
"""Settings that a filter compares even if they have their defaults."""


def exercise(
    task: str,
    config: TrainConfig,
    dataset: str = "",
    hide: Sequence[str] = (),
    fix: Sequence[str] = (),
    question: Question | None = None,
    criterion: str = "",
    title: str = TITLE,
) -> Step:
    """Return a step on Train with these settings filled in, and `task` as its text.

    Settings with their defaults are left out, since those that a step does not name have them anyway. `criterion` is a
    filter, "" for none. It is not checked here, see `task.write_task`.
    """
    done = Criterion(runs=criterion) if criterion.strip() else None
    return Step(
        title=title,
        text=task,
        page="train",
        settings=config.changed(),
        dataset=dataset,
        hide=tuple(hide),
        fix=tuple(fix),
        question=question,
        criterion=done,
    )


def filter_for(config: TrainConfig, dataset: str) -> str:
    """Return the filter of the ledger that runs with these settings on that dataset match, whatever their seeds are.

    'dataset = "mnist" and hidden_units = 8 and epochs = 2'. The dataset comes first, then `_ALWAYS`, then settings that
    differ from their defaults; the last of these are not in it where a filter has no room for all.
    """
    named = {name: getattr(config, name) for name in _ALWAYS} | config.changed()
    conditions = [f"{name} = {_in_filter(value)}" for name, value in named.items() if name != "seed"]
    conditions.insert(0, _learned_from(dataset))
    while len(_AND.join(conditions)) > FILTER_LENGTH:
        conditions.pop()
    return _AND.join(conditions)


def _learned_from(dataset: str) -> str:
    """Return the condition for the name of a dataset. A quoted text of a filter has no quotation mark of its kind."""
    for mark in "\"'":
        if mark not in dataset:
            return f"dataset = {mark}{dataset}{mark}"
    longest = max(re.split("[\"']", dataset), key=len)
    return f'dataset contains "{longest}"'


def choices_in(text: str) -> tuple[str, ...]:
    """Return the choices that somebody has typed, separated by semicolons."""
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(";")))))


def _in_filter(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    words = value_in_words(value)
    return f'"{words}"' if isinstance(value, tuple) else words
