"""Reads runs from the store: their settings and state, progress, networks and place in the queue."""

from __future__ import annotations

import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import clock
from mnist_core.runs.checkpoints import read_blob, read_checkpoint
from mnist_core.runs.database import Database
from mnist_core.runs.errors import NoNetworkYet, RunNotFound
from mnist_core.runs.heartbeats import Worker, live_workers
from mnist_core.runs.run_records import STARTER, History, Parent, Run, State
from mnist_core.runs.run_rows import learns_from, to_run
from mnist_core.runs.schema import blobs, progress, runs
from mnist_core.runs.seeds import NewSeed, new_seed
from mnist_core.runs.starting_weights import ParentNetwork, kept_network, network_of, read_weights
from mnist_core.text.numbers import LARGEST_ID


class RunQueries(Database):
    """The part of `RunStore` that changes nothing."""

    def run(self, run_id: int) -> Run:
        """Return a run, even a deleted one. Raises `RunNotFound`."""
        if abs(run_id) > LARGEST_ID:  # beyond the integers of the database
            raise run_not_found(run_id)
        with self.reading() as connection:
            row = connection.execute(sa.select(runs).where(runs.c.id == run_id)).mappings().first()
            now = clock.now(connection)
        if row is None:
            raise run_not_found(run_id)
        return to_run(row, now)

    def runs(self, owner: str | None = None) -> list[Run]:
        """Return the runs of one owner or of all, newest first, without deleted ones."""
        query = sa.select(runs).where(runs.c.deleted_at.is_(None)).order_by(runs.c.id.desc())
        if owner is not None:
            query = query.where(runs.c.owner == owner)
        with self.reading() as connection:
            now = clock.now(connection)
            return [to_run(row, now) for row in connection.execute(query).mappings()]

    def comparable_run(self, run: Run) -> Run | None:
        """Return the run to compare one with: the newest that its owner has pinned, else their last one before it.

        It has finished on the same images, and is neither imported nor one of a sweep. None if there is no such run.
        """
        query = (
            sa.select(runs)
            .where(runs.c.deleted_at.is_(None), runs.c.owner == run.owner, runs.c.state == State.FINISHED)
            .where(learns_from(run.dataset_sha256), runs.c.imported == "", runs.c.sweep_id.is_(None))
            .where(runs.c.id != run.id, sa.or_(runs.c.pinned == 1, runs.c.id < run.id))
            .order_by(runs.c.pinned.desc(), runs.c.id.desc())
        )
        with self.reading() as connection:
            now = clock.now(connection)
            found = (to_run(row, now) for row in connection.execute(query).mappings())
            return next((it for it in found if it.state is State.FINISHED), None)  # and not damaged

    def others_have_runs(self, owner: str) -> bool:
        """Whether others have runs that are not deleted. Those of the terminal have no owner and do not count."""
        query = sa.select(runs.c.id).where(runs.c.deleted_at.is_(None), runs.c.owner.not_in(("", owner))).limit(1)
        with self.reading() as connection:
            return connection.scalar(query) is not None

    def runs_with_settings(self, config: TrainConfig, dataset_sha256: str, parent: Parent | None = None) -> list[Run]:
        """Return everyone's runs of exactly these settings, the seed included, on a dataset, with the same parent.

        The newest comes first; deleted ones are left out.
        """
        query = (
            sa.select(runs)
            .where(runs.c.deleted_at.is_(None), learns_from(dataset_sha256), runs.c.imported == "")
            .where(
                runs.c.changed_settings == config.changed_to_json(),
                runs.c.parent_sha256 == (parent.sha256 if parent else ""),
            )
            .order_by(runs.c.id.desc())
        )
        with self.reading() as connection:
            now = clock.now(connection)
            return [to_run(row, now) for row in connection.execute(query).mappings()]

    def new_seed(
        self, config: TrainConfig, dataset_sha256: str, kind: NewSeed, owner: str, parent: Parent | None = None
    ) -> int:
        """Return the seed that a run of `owner` with these settings would take if it were submitted now."""
        with self.reading() as connection:
            return new_seed(connection, config, dataset_sha256, kind, owner, parent)

    def history(self, run_id: int) -> History:
        """Return the progress of a run so far, which is empty before the first report. Raises `RunNotFound`."""
        columns = [progress.c[name] for name in ProgressPoint._fields]
        query = sa.select(*columns).where(progress.c.run_id == run_id).order_by(progress.c.step)
        with self.reading() as connection:
            steps_per_epoch = connection.scalar(sa.select(runs.c.steps_per_epoch).where(runs.c.id == run_id))
            points = tuple(ProgressPoint(*row) for row in connection.execute(query))
        if steps_per_epoch is None:
            raise run_not_found(run_id)
        return History(points, steps_per_epoch)

    def network_bytes(self, run_id: int) -> bytes:
        """Return the latest network of a run, for `Network.from_bytes`.

        Raises `RunNotFound`, `NoNetworkYet` before its first checkpoint, or `DamagedBlob`.
        """
        return self.network_and_step(run_id)[0]

    def network_and_step(self, run_id: int) -> tuple[bytes, int]:
        """Return the latest network and its step, which is less than the `step` of a run in training."""
        with self.reading() as connection:
            found = read_blob(connection, run_id, "network")
        if found is None:
            raise self._no_network_yet(run_id)
        return found[1], found[0]

    def with_network(self) -> frozenset[int]:
        """Return the numbers of all runs that have a network: those of which a checkpoint has been written."""
        query = sa.select(blobs.c.run_id).where(blobs.c.kind == "network")
        with self.reading() as connection:
            return frozenset(connection.scalars(query))

    def network_step(self, run_id: int) -> int:
        """Return only the step of the latest network. Raises the same errors as `network_bytes`."""
        query = sa.select(blobs.c.step).where(blobs.c.run_id == run_id, blobs.c.kind == "network")
        with self.reading() as connection:
            step = connection.scalar(query)
        if step is None:
            raise self._no_network_yet(run_id)
        return int(step)

    def parent_network(self, run_id: int) -> ParentNetwork:
        """Return the latest network of a run for others to start from; `STARTER` stands for the starter network.

        Raises `RunNotFound`, `ParentError` if no run can start from it, `DamagedBlob`.
        """
        run = None if run_id == STARTER else self.run(run_id)
        with self.reading() as connection:
            return network_of(connection, run)[0]

    def known_parent(self, parent: Parent) -> ParentNetwork:
        """Return the same for a parent that is known already: its weights as they were, if anything started from them.

        Otherwise they are the latest. Raises the same errors.
        """
        with self.reading() as connection:
            kept = kept_network(connection, parent)
        return kept or self.parent_network(parent.id)

    def starting_network(self, run: Run) -> bytes | None:
        """Return the network from which a run has started, for `Network.from_bytes`; None for random weights.

        Raises `DamagedBlob`.
        """
        if run.parent is None:
            return None
        with self.reading() as connection:
            return read_weights(connection, run.parent.sha256)

    def checkpoint(self, run_id: int) -> Checkpoint | None:
        """Return the checkpoint of a run; None before the first one, or if retention has deleted it.

        Raises `DamagedBlob`.
        """
        with self.reading() as connection:
            return read_checkpoint(connection, run_id)

    def runs_in_queue(self) -> list[int]:
        """Return the numbers of the active runs that have had no turn yet, in the order in which they get it."""
        first_turn = (runs.c.state == State.ACTIVE, runs.c.deleted_at.is_(None), runs.c.served_at.is_(None))
        with self.reading() as connection:
            return list(connection.scalars(sa.select(runs.c.id).where(*first_turn).order_by(runs.c.id)))

    def active_runs(self) -> int:
        """Return the number of active runs of all owners."""
        query = sa.select(sa.func.count()).where(runs.c.state == State.ACTIVE, runs.c.deleted_at.is_(None))
        with self.reading() as connection:
            return int(connection.scalar(query) or 0)

    def workers(self) -> list[Worker]:
        """Return the workers that are alive."""
        with self.reading() as connection:
            return live_workers(connection, clock.now(connection))

    def _no_network_yet(self, run_id: int) -> NoNetworkYet:
        run = self.run(run_id)
        if run.state.ended:
            return NoNetworkYet(
                "Run {run} has no network: none was saved before it ended, or it was deleted to make room.", run=run.id
            )
        return NoNetworkYet(
            "Run {run} has no network yet: it has not trained long enough. Try again shortly.", run=run.id
        )


def run_not_found(run_id: int) -> RunNotFound:
    """Return the error for a number that no run has."""
    return RunNotFound("There is no run {run}. It may have been deleted; the Compare page lists all runs.", run=run_id)
