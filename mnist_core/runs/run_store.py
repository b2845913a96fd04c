"""The run store, and what a person may do to a run: submit, pause, resume, stop, rename, delete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST
from mnist_core.estimate import require_memory
from mnist_core.runs import clock
from mnist_core.runs.classes.membership import require_not_frozen
from mnist_core.runs.dataset_rows import find_dataset
from mnist_core.runs.errors import WrongState
from mnist_core.runs.quotas import require_pin, require_place
from mnist_core.runs.run_queries import RunQueries, run_not_found
from mnist_core.runs.run_records import Failure, Parent, Run, State
from mnist_core.runs.run_rows import settings_values, to_run
from mnist_core.runs.schema import runs
from mnist_core.runs.seeds import NewSeed, new_seed, wait_for_others
from mnist_core.runs.starting_weights import columns_of, delete_unused_weights, keep_parent
from mnist_core.text.escape import clean
from mnist_core.text.sentence import Sentence, marked
from mnist_core.text.words import in_sentence

NAME_LENGTH = 80
UNDO_SECONDS = 24 * 3600.0
"""How long a deleted run can be restored."""
MOST_PURGED = 5
"""The most runs purged in one transaction: 0.1 s at 256 units."""


class RunStore(RunQueries):
    """All runs of one database. Safe to share between threads and processes."""

    def submit(
        self,
        config: TrainConfig,
        *,
        owner: str = "",
        nickname: str = "",
        name: str = "",
        dataset: str = MNIST,
        seed: NewSeed | None = None,
        parent: Parent | None = None,
    ) -> int:
        """Add a run to the end of the queue and return its number.

        `dataset` is "mnist", or the name or sha256 of a dataset in the store (see `dataset_store.DatasetStore`). With
        `seed`, the run takes a new one of that kind in place of that of `config`; two that are submitted at the same
        time take different ones. With `parent` (see `RunQueries.parent_network`), it starts from the weights of that
        network, and with a new optimizer. Raises `ConfigError` if the settings do not fit the dataset, the memory or
        the parent, `DatasetError` if there is no such dataset, `ParentError` if the run cannot start from the parent,
        `QuotaReached` if the owner has too many unfinished runs, `ClassError` while training is frozen in their class.
        """
        values: dict[str, Any] = {
            "name": _clean_name(name),
            "owner": owner,
            "nickname": clean(nickname, NAME_LENGTH),
            "state": State.ACTIVE,
            **columns_of(parent),
        }
        with self.writing() as connection:
            wait_for_others(connection)
            images = find_dataset(connection, dataset)
            require_memory(config, classes=images.classes)
            values |= {"dataset": images.name, "dataset_sha256": images.sha256}
            values |= {"steps_per_epoch": config.steps_per_epoch(images.train_images)}
            require_not_frozen(connection, owner)
            require_place(connection, owner)
            if parent is not None:
                keep_parent(connection, parent).require_fit(config, images.classes)
            if seed is not None:
                config = replace(config, seed=new_seed(connection, config, images.sha256, seed, owner, parent))
            values |= settings_values(config)
            values |= dict.fromkeys(("created_at", "updated_at", "watched_at"), clock.now(connection))
            return int(connection.execute(runs.insert().values(values).returning(runs.c.id)).scalar_one())

    def pause(self, run_id: int) -> None:
        """Pause the run. Its worker writes a checkpoint and releases it within a moment."""
        self._change(run_id, marked("paused"), (State.ACTIVE,), state=State.PAUSED)

    def resume(self, run_id: int) -> None:
        """Put a paused or failed run back into the queue. It continues from its last checkpoint.

        Raises `WrongState` for a run that would fail again or has nothing to continue from (see `remedies.remedy_for`),
        `QuotaReached` if its owner has too many unfinished runs, and `ClassError` while training is frozen.
        """
        changes = {"state": State.ACTIVE, "message": "", "failure": Failure.PASSING}
        self._change(run_id, marked("resumed"), (State.PAUSED, State.FAILED), **changes)

    def stop(self, run_id: int) -> None:
        """End the run early. It keeps its present network."""
        self._change(run_id, marked("stopped"), (State.ACTIVE, State.PAUSED, State.FAILED), state=State.STOPPED)

    def extend(self, run_id: int, epochs: int = 1) -> None:
        """Train `epochs` more than planned. This works in any state: a finished run becomes active again.

        Raises `ConfigError` if the total exceeds the limit, `WrongState` for imported runs, runs of sweeps and runs of
        a fixed length (see `Run.fixed_length`), and `QuotaReached`.
        """
        with self.writing() as connection:
            run = self._locked(connection, run_id)
            if run.state is State.DAMAGED:
                raise WrongState(run.message)
            if run.sweep_id is not None:
                raise WrongState(
                    "Run {run} belongs to sweep {sweep}, which compares runs of equal length: train its settings "
                    "as a run of their own.",
                    run=run_id,
                    sweep=run.sweep_id,
                )
            if run.imported:
                raise WrongState(
                    "Run {run} was imported: how it was trained is unknown, so it cannot be trained further.",
                    run=run_id,
                )
            if run.fixed_length:
                raise WrongState(
                    "Run {run} cannot be trained for more epochs. {fixed_length}",
                    run=run_id,
                    fixed_length=run.fixed_length,
                )
            config = replace(run.config, epochs=run.config.epochs + epochs)
            if run.state.ended:
                require_not_frozen(connection, run.owner)
                require_place(connection, run.owner)
            state = run.state if run.state is State.PAUSED else State.ACTIVE
            changes = {**settings_values(config), "state": state, "message": "", "failure": Failure.PASSING}
            now = clock.now(connection)
            connection.execute(runs.update().where(runs.c.id == run_id).values(**changes, updated_at=now))

    def rename(self, run_id: int, name: str) -> None:
        """Name the run. The name is cut to 80 characters; an empty one removes it."""
        self._change(run_id, marked("renamed"), _READABLE, name=_clean_name(name))

    def name_owner(self, owner: str, nickname: str) -> None:
        """Give the owner's runs that were started without a nickname this one, cut to 80 characters."""
        unnamed = sa.update(runs).where(runs.c.owner == owner, runs.c.nickname == "")
        with self.writing() as connection:
            now = clock.now(connection)
            connection.execute(unnamed.values(nickname=clean(nickname, NAME_LENGTH), updated_at=now))

    def pin(self, run_id: int, pinned: bool = True) -> None:
        """Pin the run, so that retention never deletes it, or unpin it. Raises `QuotaReached` for too many pins."""
        self._change(run_id, marked("pinned"), _READABLE, pinned=int(pinned))

    def delete(self, run_id: int) -> None:
        """Delete the run. `restore` undoes it within a day."""
        self._change(run_id, marked("deleted"), tuple(State), deleted_at=self.now())

    def restore(self, run_id: int) -> None:
        """Undo `delete`."""
        self._change(run_id, marked("restored"), tuple(State), deleted_at=None)

    def watch(self, run_id: int) -> None:
        """Record that somebody is watching the run. Watched runs are trained first."""
        with self.writing() as connection:
            connection.execute(runs.update().where(runs.c.id == run_id).values(watched_at=clock.now(connection)))

    def purge(self) -> int:
        """Delete permanently what was deleted more than a day ago, and return how many runs that was.

        It deletes at most `MOST_PURGED`, to hold the write lock only briefly. Call it again if it deleted so many. The
        weights that no run starts from any more are deleted too.
        """
        with self.writing() as connection:
            wait_for_others(connection)
            old = sa.select(runs.c.id).where(runs.c.deleted_at < clock.now(connection) - UNDO_SECONDS)
            purged = connection.execute(runs.delete().where(runs.c.id.in_(old.limit(MOST_PURGED)))).rowcount
            delete_unused_weights(connection)
            return purged

    def _change(self, run_id: int, done: str, allowed: tuple[State, ...], **values: Any) -> None:
        with self.writing() as connection:
            run = self._locked(connection, run_id)
            if run.state not in allowed:
                raise WrongState(
                    "Run {run} is {status} and cannot be {done}.",
                    run=run_id,
                    status=in_sentence(run.status),
                    done=Sentence(done),
                )
            if values.get("state") is State.ACTIVE and run.failure is not None and not run.failure.may_pass:
                raise WrongState("Run {run} would fail again. {message}", run=run_id, message=run.message)
            if values.get("state") is State.ACTIVE:
                require_not_frozen(connection, run.owner)
            if _takes_a_place(run, values):
                require_place(connection, run.owner)
            if values.get("pinned"):
                require_pin(connection, run.owner, run_id)
            values["updated_at"] = clock.now(connection)
            connection.execute(runs.update().where(runs.c.id == run_id).values(values))

    def _locked(self, connection: sa.Connection, run_id: int) -> Run:
        query = sa.select(runs).where(runs.c.id == run_id).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            raise run_not_found(run_id)
        return to_run(row, clock.now(connection))


def _takes_a_place(run: Run, changes: dict[str, Any]) -> bool:
    """Whether a change adds a run to its owner's unfinished runs."""
    before = run.deleted_at is None and not run.state.ended
    after = changes.get("deleted_at", run.deleted_at) is None and not changes.get("state", run.state).ended
    return after and not before and run.sweep_id is None


_READABLE = tuple(state for state in State if state is not State.DAMAGED)


def _clean_name(name: str) -> str:
    return clean(name, NAME_LENGTH)
