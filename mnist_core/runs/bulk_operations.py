"""Bulk operations: one query or one change for many runs at a time. The ledger of runs uses them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from mnist_core.errors import UserError
from mnist_core.progress import ProgressPoint
from mnist_core.runs import clock
from mnist_core.runs.quotas import UNFINISHED, require_place
from mnist_core.runs.run_records import Best, History, State
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import progress, runs
from mnist_core.text.escape import clean, quoted

NOTES_LENGTH = 2000
TAG_LENGTH = 24
MOST_TAGS = 10
"""Tags that one run can have."""

MAY_BE_STOPPED = (State.ACTIVE, State.PAUSED, State.FAILED)


class TagError(UserError):
    """A tag that is too long, or one too many; the text says what is allowed."""


class Version(NamedTuple):
    """Changes whenever anything changes about the runs that are not deleted."""

    runs: int
    steps: int
    updated: float
    measured: int


class BulkOperations:
    """Reads and changes many runs of a store at a time."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    # -- queries -----------------------------------------------------------------------------------

    def version(self) -> Version:
        """Return the version of the present state of all runs. Costs one scan of the table."""
        sums = sa.func.sum(runs.c.step), sa.func.sum(runs.c.updated_at), sa.func.count(runs.c.train_accuracy)
        query = sa.select(sa.func.count(), *sums).where(runs.c.deleted_at.is_(None))
        with self.store.reading() as connection:
            count, steps, updated, measured = connection.execute(query).one()
        return Version(int(count), int(steps or 0), float(updated or 0.0), int(measured))

    def best_tests(self) -> dict[int, Best]:
        """Return the best test accuracy of every run that has finished an epoch, by its number. One query for all."""
        order = sa.func.row_number().over(
            partition_by=progress.c.run_id, order_by=(progress.c.test_accuracy.desc(), progress.c.epoch)
        )
        tested = (
            sa.select(progress.c.run_id, progress.c.test_accuracy, progress.c.epoch, order.label("place"))
            .where(progress.c.test_accuracy.is_not(None))
            .subquery()
        )
        query = sa.select(tested.c.run_id, tested.c.test_accuracy, tested.c.epoch).where(tested.c.place == 1)
        with self.store.reading() as connection:
            return {run_id: Best(accuracy, epoch) for run_id, accuracy, epoch in connection.execute(query)}

    def histories(self, run_ids: Collection[int]) -> dict[int, History]:
        """Return the progress of several runs by run number, in one query. Unknown numbers are left out."""
        columns = [progress.c.run_id, *(progress.c[name] for name in ProgressPoint._fields)]
        query = sa.select(*columns).where(progress.c.run_id.in_(run_ids)).order_by(progress.c.run_id, progress.c.step)
        lengths = sa.select(runs.c.id, runs.c.steps_per_epoch).where(runs.c.id.in_(run_ids)).order_by(runs.c.id)
        points: dict[int, list[ProgressPoint]] = {}
        with self.store.reading() as connection:
            steps_per_epoch = {row.id: row.steps_per_epoch for row in connection.execute(lengths)}
            for run_id, *values in connection.execute(query):
                points.setdefault(run_id, []).append(ProgressPoint(*values))
        return {run_id: History(tuple(points.get(run_id, ())), steps) for run_id, steps in steps_per_epoch.items()}

    # -- changes -----------------------------------------------------------------------------------

    def stop(self, run_ids: Collection[int]) -> int:
        """Stop those of the runs that have not ended, and return how many. Each keeps its present network."""
        return self._change(run_ids, runs.c.state.in_(MAY_BE_STOPPED), state=State.STOPPED)

    def delete(self, run_ids: Collection[int]) -> int:
        """Delete the runs, and return how many were deleted. `restore` undoes it within a day."""
        return self._change(run_ids, runs.c.deleted_at.is_(None), deleted_at=self.store.now())

    def restore(self, run_ids: Collection[int]) -> int:
        """Undo `delete`, and return how many came back. Raises `QuotaReached` for too many unfinished runs."""
        gone = runs.c.deleted_at.is_not(None)
        unfinished = (runs.c.id.in_(run_ids), gone, runs.c.sweep_id.is_(None), runs.c.state.in_(UNFINISHED))
        query = sa.select(runs.c.owner, sa.func.count()).where(*unfinished).group_by(runs.c.owner)
        with self.store.writing() as connection:
            for owner, count in connection.execute(query).all():
                require_place(connection, owner, count)
        return self._change(run_ids, gone, deleted_at=None)

    def note(self, run_id: int, notes: str) -> None:
        """Set the notes of a run. Text beyond 2,000 characters is cut off."""
        self._change([run_id], sa.true(), notes=_clean_notes(notes))

    def tag(self, run_ids: Collection[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> int:
        """Add tags to the runs and remove others. Return how many runs there were.

        Raises `TagError` for a tag that is too long, or one tag too many; nothing is changed then.
        """
        added, removed = {clean_tag(tag) for tag in add} - {""}, {clean_tag(tag) for tag in remove}
        with self.store.writing() as connection:
            rows = connection.execute(sa.select(runs.c.id, runs.c.tags).where(runs.c.id.in_(run_ids))).all()
            for run_id, text in rows:
                tags = (set(filter(None, text.split(","))) - removed) | added
                if len(tags) > MOST_TAGS:
                    raise TagError(f"Run {run_id} would have {len(tags)} tags; {MOST_TAGS} are allowed. Remove some.")
                values = {"tags": ",".join(sorted(tags)), "updated_at": clock.now(connection)}
                connection.execute(runs.update().where(runs.c.id == run_id).values(values))
        return len(rows)

    def _change(self, run_ids: Collection[int], condition: sa.ColumnElement[bool], **values: Any) -> int:
        with self.store.writing() as connection:
            values["updated_at"] = clock.now(connection)
            chosen = runs.update().where(runs.c.id.in_(run_ids), condition)
            return connection.execute(chosen.values(values)).rowcount


def clean_tag(text: str) -> str:
    """Return a tag as it is stored: lower case, words joined by "-", no commas. Raises `TagError` if too long."""
    tag = "-".join(clean(text, 2 * TAG_LENGTH).replace(",", " ").lower().split())
    if len(tag) > TAG_LENGTH:
        raise TagError(f"The tag {quoted(tag)} is too long: a tag has at most {TAG_LENGTH} characters.")
    return tag


def _clean_notes(text: str) -> str:
    return "\n".join(clean(line, NOTES_LENGTH) for line in text.strip().splitlines())[:NOTES_LENGTH]
