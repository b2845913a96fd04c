"""The queue of analyses: computations about one network that take seconds, done by workers and shared by everybody.

Pages submit a request and read its progress and its result; workers claim it under a lease, report, and finish it. The
same request by anybody leads to the same job. A result stays until its run is deleted, the same request is answered for
a newer network of the run, or `retention` needs the space.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mnist_core.data import MNIST_SHA256
from mnist_core.data.npz_archive import DamagedArchive, read_arrays
from mnist_core.model.numpy_network import STARTER_PATH
from mnist_core.runs import leases
from mnist_core.runs.checkpoints import DamagedBlob
from mnist_core.runs.job_rows import (
    ANALYSIS,
    Job,
    add_job,
    claim_job,
    fail_job,
    forget_old,
    put_blob,
    read_blob,
    read_job,
    to_job,
)
from mnist_core.runs.pending_work import pending_analyses
from mnist_core.runs.run_records import JobState
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import jobs, runs

Arrays = Mapping[str, NDArray]


@dataclass(frozen=True)
class AnalysisRequest:
    """What is to be computed: the analysis called `name` with JSON `parameters`, for the newest network of a run.

    `run_id` None stands for the starter network. `step` is that of the network that the page shows; if the run has been
    trained further by the time a worker reads its network, the job's `run_step` says so. `dataset_sha256` identifies
    the images.
    """

    name: str
    run_id: int | None
    step: int = 0
    dataset_sha256: str = MNIST_SHA256
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> dict[str, Any]:
        """The columns by which the same request is recognised, whatever the step of the network."""
        return {
            "kind": ANALYSIS,
            "analysis": self.name,
            "parameters": json.dumps(self.parameters, sort_keys=True),
            "run_id": self.run_id,
            "dataset_sha256": self.dataset_sha256,
            "starter_sha256": starter_sha256() if self.run_id is None else "",
        }


class AnalysisQueue:
    """The analyses of a run store."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    # -- for people --------------------------------------------------------------------------

    def submit(self, request: AnalysisRequest, owner: str) -> int:
        """Submit an analysis and return the number of its job, which may be one that somebody else has submitted.

        A job that has failed, or was done for another step, is replaced. Raises `TooManyJobs`.
        """
        with self.store.writing() as connection:
            forget_old(connection)
            known = _find(connection, request)
            if known is not None:
                if known.state is JobState.WAITING or (known.state is JobState.DONE and known.run_step == request.step):
                    return known.id
                if known.state is JobState.FAILED:
                    connection.execute(jobs.delete().where(jobs.c.id == known.id))
            return add_job(connection, {**request.key, "owner": owner, "run_step": request.step})

    def find(self, request: AnalysisRequest) -> Job | None:
        """Return the newest job of a request, whatever its step and its state; None if nobody has submitted it."""
        with self.store.reading() as connection:
            return _find(connection, request)

    def job(self, job_id: int) -> Job:
        """Return a job. Raises `JobNotFound`."""
        with self.store.reading() as connection:
            return read_job(connection, job_id)

    def result(self, job_id: int) -> Arrays:
        """Return the arrays of an analysis that is done. Raises `JobNotFound`, `DamagedBlob`."""
        with self.store.reading() as connection:
            data = read_blob(connection, job_id)
        try:
            return read_arrays(data)
        except DamagedArchive as error:
            raise DamagedBlob("The stored result is damaged ({error}). Ask for it again.", error=error) from None

    def forget(self, job_id: int) -> None:
        """Delete a job whose result is damaged, so that it can be asked for again."""
        with self.store.writing() as connection:
            connection.execute(jobs.delete().where(jobs.c.id == job_id))

    # -- for workers -------------------------------------------------------------------------

    def claim(self, worker: str) -> Job | None:
        """Claim the analysis that has waited longest; None if there is none."""
        return claim_job(self.store, pending_analyses, worker)

    def report(self, job: Job, progress: float, doing: str, step: int | None = None) -> None:
        """Record how far an analysis is, from 0 to 1, what is being done, and of which `step` its network is.

        Raises `LeaseLost` if another worker has it, or its run was deleted; nothing is written then.
        """
        changes = {"progress": progress, "doing": doing} | ({} if step is None else {"run_step": step})
        with self.store.writing() as connection:
            _require_run(connection, job)
            leases.write_and_renew(connection, job.lease, **changes)

    def finish(self, job: Job, arrays: Arrays) -> None:
        """Store the result of an analysis. Results for earlier steps of its run are deleted. Raises `LeaseLost`."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        with self.store.writing() as connection:
            _require_run(connection, job)
            row = leases.lock_own(connection, job.lease)
            leases.release(connection, job.lease, state=JobState.DONE, progress=1.0)
            put_blob(connection, job.id, buffer.getvalue())
            connection.execute(jobs.delete().where(*_same(dict(row)), jobs.c.id < job.id))

    def fail(self, job: Job, reason: str) -> None:
        """End an analysis as failed. `reason` is a sentence for people. Raises `LeaseLost`."""
        with self.store.writing() as connection:
            fail_job(connection, job, reason)

    def put_back(self, job: Job) -> None:
        """Let another worker do an analysis from its beginning. Raises `LeaseLost`."""
        with self.store.writing() as connection:
            leases.release(connection, job.lease, progress=0.0, doing="")


@lru_cache
def starter_sha256() -> str:
    """Return the sha256 of the network that comes with this version of the app."""
    return hashlib.sha256(STARTER_PATH.read_bytes()).hexdigest()


def _find(connection: sa.Connection, request: AnalysisRequest) -> Job | None:
    query = sa.select(jobs).where(*_same(request.key)).order_by(jobs.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else to_job(row)


def _same(values: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for the jobs of the same request as that with these columns."""
    names = ("kind", "analysis", "parameters", "run_id", "dataset_sha256", "starter_sha256")
    return [jobs.c[name].is_not_distinct_from(values[name]) for name in names]


def _require_run(connection: sa.Connection, job: Job) -> None:
    """Raise `LeaseLost` if the run of an analysis was deleted. A worker starts again if the run is restored."""
    if job.run_id is None:
        return
    deleted = connection.scalar(sa.select(runs.c.deleted_at).where(runs.c.id == job.run_id))
    if deleted is not None:
        raise leases.LeaseLost(f"run {job.run_id} was deleted")
