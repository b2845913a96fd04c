"""What a lesson is: steps over the pages of the app. The classes hold what a lesson file says, already checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mnist_core.config import SETTINGS, Value

ENGLISH = "en"
"""The language of the app, and of lesson files without a language in their name."""

PAGES = ("", "data", "train", "evaluate", "inside", "draw", "handwriting", "runs", "sweeps")
"""The paths of the pages in the address; "" is Start."""

FIXABLE = (*SETTINGS, "dataset")
"""The names of the controls that a step can fix."""
HIDEABLE = (*FIXABLE, "more_settings", "sweep", "experiments")
"""The names of the controls that a step can hide."""

MOST_CONFUSED_PAIR = "most confused pair"
OUTCOME = "outcome"
OTHER_ANSWERS = (MOST_CONFUSED_PAIR, OUTCOME)
"""Answers that are no column of the ledger."""

LAST = 100
"""The `order` of lessons that do not say theirs."""


@dataclass(frozen=True)
class Criterion:
    """What ticks a step by itself. All parts that are given must hold.

    `runs` is a filter of the ledger, and `count` how many of the learner's runs must match it; "" asks for none.
    `drawings` is the number of drawings that the learner has labelled since first coming to the step. With `visited`,
    having been on the page of the step is needed.
    """

    runs: str = ""
    count: int = 1
    drawings: int = 0
    visited: bool = False


@dataclass(frozen=True)
class Question:
    """What the learner guesses before the answer is shown.

    `answer` is the name of a ledger column or one of `OTHER_ANSWERS`; `of` is the filter whose newest finished run has
    it, "" for the newest one of all. Without `choices` a number is asked for, in `unit`. `why` is Markdown that is
    shown beside the answer.
    """

    ask: str
    answer: str
    of: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""
    why: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    `text` is Markdown without HTML; `do` is one line that says what to do, "" for nothing. `page` is one of `PAGES`,
    and `query` what its address has beside. `run` is a filter: the learner's newest run that matches is selected; ""
    selects none. `settings` are filled in on Train, with the types of `TrainConfig`. `dataset` is a dataset's name, ""
    for none. `hide` and `fix` are names of `HIDEABLE` and `FIXABLE`.
    """

    title: str
    text: str
    do: str = ""
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    run: str = ""
    settings: Mapping[str, Value] = field(default_factory=dict)
    dataset: str = ""
    hide: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    question: Question | None = None
    criterion: Criterion | None = None


@dataclass(frozen=True)
class Lesson:
    """A lesson: its `name` in the address, its texts in one `language` ("en", "de"), and at least one step.

    `minutes` is about how long it takes. Lessons are listed by `order`, then by title.
    """

    name: str
    title: str
    description: str
    minutes: int
    steps: tuple[Step, ...]
    language: str = ENGLISH
    order: int = LAST
