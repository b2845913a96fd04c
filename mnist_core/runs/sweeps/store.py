"""The sweeps of the run store. Pages plan and show them; workers advance them between slices of runs.

Like a run, a sweep is claimed under a lease. The decision of a turn is written in one transaction together with the new
runs, so no run is lost or made twice, whatever is killed.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from mnist_core.data import MNIST
from mnist_core.errors import UserError
from mnist_core.runs import clock, leases
from mnist_core.runs.classes.membership import require_not_frozen
from mnist_core.runs.dataset_rows import find_dataset
from mnist_core.runs.errors import WrongState
from mnist_core.runs.pending_work import count_pending_sweeps, pending_sweeps
from mnist_core.runs.run_records import Parent, Run, State, SweepState
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import runs, sweeps
from mnist_core.runs.seeds import wait_for_others
from mnist_core.runs.starting_weights import columns_of, keep_parent
from mnist_core.runs.sweeps.records import Decision, Sweep, SweepTurn
from mnist_core.runs.sweeps.rows import new_run_row, read_turn, runs_of, to_sweep, write_test_score
from mnist_core.search.plan import Plan
from mnist_core.text.escape import clean
from mnist_core.text.sentence import Sentence, marked, sentence
from mnist_core.text.words import in_sentence

MOST_GOING = 3
"""The most unfinished sweeps of one owner."""
NAME_LENGTH = 80


class SweepNotFound(UserError):
    """There is no sweep with this number."""


class TooManySweeps(UserError):
    """The owner has too many unfinished sweeps."""


class SweepStore:
    """The sweeps of a run store: people submit, pause and cancel them; workers claim and advance them."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    # -- for people --------------------------------------------------------------------------

    def submit(
        self,
        plan: Plan,
        *,
        owner: str,
        nickname: str = "",
        name: str = "",
        dataset: str = MNIST,
        parent: Parent | None = None,
    ) -> int:
        """Submit a sweep and return its number; `dataset` and `parent` are as in `RunStore.submit`.

        Raises `ConfigError` if some of its settings cannot be trained here, `ParentError`, `TooManySweeps`.
        """
        values: dict[str, Any] = {
            "name": clean(name, NAME_LENGTH),
            "owner": owner,
            "nickname": clean(nickname, NAME_LENGTH),
            "config": plan.base.to_json(),
            "space": plan.space.to_json(),
            "sampler": plan.sampler,
            "trials": plan.trials,
            "seeds": plan.seeds,
            "limit_seconds": plan.limit_seconds,
            "pruning": int(plan.pruning),
            "state": SweepState.ACTIVE,
            **columns_of(parent),
        }
        with self.store.writing() as connection:
            wait_for_others(connection)
            images = find_dataset(connection, dataset)
            plan.require_possible(images.train_images, images.classes)
            require_not_frozen(connection, owner)
            _require_place(connection, owner)
            if parent is not None:
                found = keep_parent(connection, parent)
                for config in plan.space.extremes(plan.base):
                    found.require_fit(config, images.classes)
            values |= {"dataset": images.name, "dataset_sha256": images.sha256}
            values |= dict.fromkeys(("created_at", "updated_at", "watched_at"), clock.now(connection))
            return int(connection.execute(sweeps.insert().values(values).returning(sweeps.c.id)).scalar_one())

    def sweep(self, sweep_id: int) -> Sweep:
        """Return a sweep. Raises `SweepNotFound`."""
        with self.store.reading() as connection:
            row = connection.execute(sa.select(sweeps).where(sweeps.c.id == sweep_id)).mappings().first()
        if row is None:
            raise _not_found(sweep_id)
        return to_sweep(row)

    def sweep_and_runs(self, sweep_id: int) -> tuple[Sweep, list[Run]]:
        """Return a sweep and all its runs as they are at one moment; see `runs`. Raises `SweepNotFound`."""
        with self.store.reading() as connection:
            row = connection.execute(sa.select(sweeps).where(sweeps.c.id == sweep_id)).mappings().first()
            found = runs_of(connection, sweep_id)
        if row is None:
            raise _not_found(sweep_id)
        return to_sweep(row), found

    def sweeps(self, owner: str | None = None) -> list[Sweep]:
        """Return the sweeps of one owner, or everyone's; newest first."""
        query = sa.select(sweeps).order_by(sweeps.c.id.desc())
        if owner is not None:
            query = query.where(sweeps.c.owner == owner)
        with self.store.reading() as connection:
            return [to_sweep(row) for row in connection.execute(query).mappings()]

    def runs(self, sweep_id: int) -> list[Run]:
        """Return all runs that a sweep has made, in the order of their settings; deleted ones too."""
        with self.store.reading() as connection:
            return runs_of(connection, sweep_id)

    def watch(self, sweep_id: int) -> None:
        """Record that somebody is watching the sweep. One of its runs then counts as watched."""
        with self.store.writing() as connection:
            connection.execute(sweeps.update().where(sweeps.c.id == sweep_id).values(watched_at=clock.now(connection)))

    def pause(self, sweep_id: int) -> None:
        """Pause the sweep and its runs. Raises `WrongState`, as do `resume` and `cancel`."""
        self._change(sweep_id, marked("paused"), (SweepState.ACTIVE,), SweepState.PAUSED, State.PAUSED)

    def resume(self, sweep_id: int) -> None:
        """Resume a paused sweep and its runs."""
        self._change(sweep_id, marked("resumed"), (SweepState.PAUSED,), SweepState.ACTIVE, State.ACTIVE)

    def cancel(self, sweep_id: int) -> None:
        """End the sweep. Its runs are stopped and kept."""
        self._change(
            sweep_id, marked("cancelled"), (SweepState.ACTIVE, SweepState.PAUSED), SweepState.CANCELLED, State.STOPPED
        )

    def _change(
        self, sweep_id: int, done: str, allowed: tuple[SweepState, ...], state: SweepState, runs_state: State
    ) -> None:
        with self.store.writing() as connection:
            query = sa.select(sweeps.c.state, sweeps.c.owner).where(sweeps.c.id == sweep_id).with_for_update()
            found, owner = connection.execute(query).first() or (None, "")
            if found not in allowed:
                words = in_sentence(SweepState(found).word) if found else sentence("not there")
                raise WrongState(
                    "Sweep {sweep} is {words} and cannot be {done}.", sweep=sweep_id, words=words, done=Sentence(done)
                )
            if state is SweepState.ACTIVE:
                require_not_frozen(connection, owner)
            changes = {"state": state, "updated_at": clock.now(connection)} | leases.revoked(sweeps)
            connection.execute(sweeps.update().where(sweeps.c.id == sweep_id).values(changes))
            going = (runs.c.sweep_id == sweep_id, runs.c.state.in_((State.ACTIVE, State.PAUSED)))
            connection.execute(runs.update().where(*going).values(state=runs_state, updated_at=clock.now(connection)))

    # -- for workers -------------------------------------------------------------------------

    def claim(self, worker: str) -> SweepTurn | None:
        """Claim a sweep that has something to decide; None if there is none."""
        with self.store.reading() as connection:  # usually there is none, and the write lock is not needed
            if not count_pending_sweeps(connection, clock.now(connection)):
                return None
        with self.store.writing() as connection:
            now = clock.now(connection)
            query = sa.select(sweeps).where(pending_sweeps(now)).order_by(sweeps.c.updated_at, sweeps.c.id)
            row = leases.lock_first(connection, query)
            if row is None:
                return None
            found = to_sweep(row)
            if found.state is SweepState.DAMAGED:
                failed = {"state": SweepState.FAILED, "message": found.message, "updated_at": now}
                connection.execute(sweeps.update().where(sweeps.c.id == found.id).values(failed))
                return None
            lease = leases.claim(connection, sweeps, row, worker, now)
            return read_turn(connection, row, lease, now)

    def record(self, turn: SweepTurn, decision: Decision) -> None:
        """Write the decision of a turn, all or nothing. Raises `LeaseLost`; nothing is written then."""
        with self.store.writing() as connection:
            now = clock.now(connection)
            values: dict[str, Any] = {"made": decision.made, "deaths": 0}
            if decision.finished:
                values |= {"state": SweepState.FINISHED, "importance": json.dumps(decision.importance)}
            if decision.message:
                values |= {"message": decision.message}
            leases.release(connection, turn.lease, **values)
            images = find_dataset(connection, turn.sweep.dataset_sha256)
            for new in decision.start:
                connection.execute(runs.insert().values(new_run_row(turn.sweep, images, new, now)))
            for run_id, step in decision.judged.items():
                connection.execute(runs.update().where(runs.c.id == run_id).values(judged_step=step))
            for ids, pruned in ((decision.prune, 1), (decision.stop, 0)):
                going = (runs.c.id.in_(ids), runs.c.state.in_((State.ACTIVE, State.PAUSED)))
                changes = {"state": State.STOPPED, "pruned": pruned, "updated_at": now}
                connection.execute(runs.update().where(*going).values(changes))
            for run_id, found in decision.tested.items():
                write_test_score(connection, run_id, found)

    def fail(self, turn: SweepTurn, reason: str) -> None:
        """End the sweep as failed. `reason` is a sentence for people. Raises `LeaseLost`."""
        with self.store.writing() as connection:
            leases.fail(connection, turn.lease, reason)


def _require_place(connection: sa.Connection, owner: str) -> None:
    """Raise `TooManySweeps` unless `owner` may start another sweep."""
    going = (sweeps.c.owner == owner, sweeps.c.state.in_((SweepState.ACTIVE, SweepState.PAUSED)))
    if (connection.scalar(sa.select(sa.func.count()).select_from(sweeps).where(*going)) or 0) >= MOST_GOING:
        raise TooManySweeps(
            "{most} of your sweeps are running or paused: wait until one ends, or cancel one.", most=MOST_GOING
        )


def _not_found(sweep_id: int) -> SweepNotFound:
    return SweepNotFound("There is no sweep {sweep}. The Compare page lists all sweeps.", sweep=sweep_id)
