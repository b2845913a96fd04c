"""How far people are in lessons: the steps that they have reached, which of them are done, and what they guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from mnist_core.runs import clock
from mnist_core.runs.database import Database, upsert
from mnist_core.runs.quotas import is_visitor
from mnist_core.runs.schema import lesson_progress
from mnist_core.text.escape import clean

NAME_LENGTH = 80
GUESS_LENGTH = 200
MOST_STEPS = 500
"""The most steps that are kept of one owner; those that were left alone longest are forgotten first."""


class StepProgress(NamedTuple):
    """A step that somebody has reached: whether it is done, the guess ("" for none), and when that last changed.

    `reached_at` is when they first came to it, `guessed_at` when they last guessed there; 0 if they have not, or if an
    earlier version of the app has noted it. Times are those of the database's clock.
    """

    done: bool
    guess: str
    nickname: str
    at: float
    reached_at: float = 0.0
    guessed_at: float = 0.0


Progress = Mapping[int, StepProgress]
"""The steps of a lesson that somebody has reached, by their numbers from 1."""


class Whereabouts(NamedTuple):
    """The step of a lesson that somebody was at last, and how many steps of that lesson are done."""

    lesson: str
    step: int
    done: int


class LessonProgress:
    """Everybody's progress in lessons. A lesson is known by its name in the address, of at most 80 characters."""

    def __init__(self, store: Database) -> None:
        self.store = store

    def of(self, owner: str, lesson: str) -> Progress:
        """Return the steps of a lesson that `owner` has reached."""
        return self.of_all_lessons(owner).get(lesson[:NAME_LENGTH], {})

    def of_all_lessons(self, owner: str) -> dict[str, Progress]:
        """Return the same for each lesson that `owner` has begun, by its name, the one seen last first."""
        table = lesson_progress.c
        query = sa.select(lesson_progress).where(table.owner == owner).order_by(table.updated_at.desc(), table.step)
        found: dict[str, dict[int, StepProgress]] = {}
        with self.store.reading() as connection:
            for row in connection.execute(query):
                times = (row.updated_at, row.reached_at, row.guessed_at)
                found.setdefault(row.lesson, {})[row.step] = StepProgress(
                    bool(row.done), row.guess, row.nickname, *times
                )
        return dict(found)

    def whereabouts(self, owners: Collection[str], since: float = 0.0) -> dict[str, Whereabouts]:
        """Return where each of `owners` was last, of those who were at any step `since` a time."""
        table = lesson_progress.c
        query = sa.select(table.owner, table.lesson, table.step, table.done).where(table.owner.in_(owners))
        last: dict[str, tuple[str, int]] = {}
        done: Counter[tuple[str, str]] = Counter()
        with self.store.reading() as connection:
            for row in connection.execute(query.where(table.updated_at >= since).order_by(table.updated_at)):
                last[row.owner] = row.lesson, row.step
                done[row.owner, row.lesson] += row.done
        return {owner: Whereabouts(lesson, step, done[owner, lesson]) for owner, (lesson, step) in last.items()}

    def reach(self, owner: str, nickname: str, lesson: str, step: int) -> None:
        """Note that somebody is at a step now."""
        self._change(owner, nickname, lesson, step)

    def finish(self, owner: str, nickname: str, lesson: str, step: int) -> None:
        """Note that a step is done. It remains so."""
        self._change(owner, nickname, lesson, step, done=1)

    def guess(self, owner: str, nickname: str, lesson: str, step: int, guess: str) -> None:
        """Keep what somebody guesses at a step, cut to 200 characters, in place of an earlier guess."""
        self._change(owner, nickname, lesson, step, guess=clean(guess, GUESS_LENGTH))

    def _change(self, owner: str, nickname: str, lesson: str, step: int, **changes: object) -> None:
        keys = {"owner": owner, "lesson": lesson[:NAME_LENGTH], "step": step}
        its_row = sa.and_(*(lesson_progress.c[name] == value for name, value in keys.items()))
        with self.store.writing() as connection:
            before = connection.execute(sa.select(lesson_progress).where(its_row)).mappings().first()
            now = clock.now(connection)
            row = dict(before) if before else {**keys, "done": 0, "guess": "", "reached_at": now, "guessed_at": 0.0}
            row |= {**changes, "nickname": clean(nickname, NAME_LENGTH), "updated_at": now}
            if "guess" in changes:
                row["guessed_at"] = now
            upsert(connection, lesson_progress, [row])
            if before is None and is_visitor(owner):
                _forget_oldest(connection, owner)


def _forget_oldest(connection: sa.Connection, owner: str) -> None:
    """Keep the owner's newest `MOST_STEPS` steps."""
    table = lesson_progress.c
    times = sa.select(table.updated_at).where(table.owner == owner).order_by(table.updated_at.desc())
    oldest = connection.scalar(times.offset(MOST_STEPS).limit(1))
    if oldest is not None:
        connection.execute(lesson_progress.delete().where(table.owner == owner, table.updated_at <= oldest))
