"""Jobs: work other than training that needs Keras, namely exports and imports. Pages submit them, workers do them.

Like a run, a job is claimed under a lease, so it survives the death of its worker. Its input or its result is stored as
one checksummed blob. Finished jobs are deleted after a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from mnist_core.data import MNIST_SHA256
from mnist_core.errors import UserError
from mnist_core.runs import clock, leases
from mnist_core.runs.checkpoints import DamagedBlob
from mnist_core.runs.claims import Lease
from mnist_core.runs.imported_networks import ImportedNetwork, add_network
from mnist_core.runs.pending_work import pending_jobs
from mnist_core.runs.quotas import IMPORT, IMPORTS, WAITING, require_room
from mnist_core.runs.run_records import JobState
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import job_blobs, jobs
from mnist_core.runs.unreadable_rows import why_unreadable
from mnist_core.text.escape import clean

RETENTION_SECONDS = 24 * 3600.0
"""How long a finished job and its file are stored."""
MOST_WAITING = 5
"""The most jobs of one owner that may wait."""
FILE_NAME_LENGTH = 80


class JobNotFound(UserError):
    """There is no job with this number: it is too old, or never existed."""


class TooManyJobs(UserError):
    """The owner has too many waiting jobs."""


@dataclass(frozen=True)
class Job:
    """A job: an import, or an export of the run `run_id` as it was at `run_step`.

    `kind` is "import" or the name of the export format. `message` is the reason of a failure. After an import, `run_id`
    is the new run. `turn` guards writes.
    """

    id: int
    kind: str
    owner: str
    nickname: str
    run_id: int | None
    run_step: int | None
    file_name: str
    state: JobState
    message: str
    turn: int
    lease_owner: str | None
    dataset_sha256: str

    @property
    def lease(self) -> Lease:
        """The lease of the worker that has claimed it."""
        return Lease(jobs.name, self.id, self.turn, self.lease_owner or "")


class JobQueue:
    """The jobs of a run store: people submit them and fetch results, workers claim and finish them."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    # -- for people --------------------------------------------------------------------------

    def export(self, run_id: int, step: int, kind: str, file_name: str, owner: str) -> int:
        """Submit an export of a run at `step` in the format `kind`, and return the number of the job.

        Submitting the same export again returns the same job, unless it has failed. Raises `TooManyJobs`.
        """
        same = (jobs.c.run_id == run_id, jobs.c.run_step == step, jobs.c.kind == kind, jobs.c.state != JobState.FAILED)
        with self.store.writing() as connection:
            _forget_old(connection)
            known = connection.scalar(sa.select(jobs.c.id).where(*same))
            if known is not None:
                return int(known)
            values = {"kind": kind, "owner": owner, "nickname": "", "run_id": run_id, "run_step": step}
            return _add(connection, values | {"file_name": file_name})

    def submit_import(self, data: bytes, file_name: str, owner: str, nickname: str, dataset: str = MNIST_SHA256) -> int:
        """Submit the import of a `.keras` or `.h5` file as a run, and return the number of the job.

        `dataset` is the sha256 of the dataset that the network classifies. The caller must have checked the size of the
        file, since it is stored until the job is done. Raises `TooManyJobs`, `QuotaReached`.
        """
        with self.store.writing() as connection:
            _forget_old(connection)
            require_room(connection, WAITING, owner, len(data))
            values = {
                "kind": IMPORT,
                "owner": owner,
                "nickname": clean(nickname),
                "file_name": clean(file_name, FILE_NAME_LENGTH),
            }
            job_id = _add(connection, values | {"dataset_sha256": dataset})
            _put_blob(connection, job_id, data)
            return job_id

    def job(self, job_id: int) -> Job:
        """Return a job. Raises `JobNotFound`."""
        with self.store.reading() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
        if row is None:
            raise JobNotFound("This file was requested too long ago, or its run was deleted. Ask for it again.")
        return _to_job(row)

    def data(self, job_id: int) -> bytes:
        """Return the result of an export or the input of an import. Raises `JobNotFound`, `DamagedBlob`."""
        with self.store.reading() as connection:
            row = connection.execute(sa.select(job_blobs).where(job_blobs.c.job_id == job_id)).mappings().first()
        if row is None:
            raise JobNotFound("The file is no longer kept. Ask for it again.")
        if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
            raise DamagedBlob("The stored file is damaged: its checksum is wrong. Ask for it again.")
        return bytes(row["data"])

    # -- for workers -------------------------------------------------------------------------

    def claim(self, worker: str) -> Job | None:
        """Claim the job that has waited longest; None if there is none."""
        with self.store.reading() as connection:  # usually there is none, and the write lock is not needed
            if not connection.scalar(sa.select(sa.exists().where(pending_jobs(clock.now(connection))))):
                return None
        with self.store.writing() as connection:
            now = clock.now(connection)
            row = leases.lock_first(connection, sa.select(jobs).where(pending_jobs(now)).order_by(jobs.c.id))
            if row is None:
                return None
            lease = leases.claim(connection, jobs, row, worker, now)
            return _to_job({**row, "turn": lease.number, "lease_owner": worker})

    def finish_export(self, job: Job, data: bytes) -> None:
        """Store the result of an export. Raises `LeaseLost`; nothing is written then."""
        with self.store.writing() as connection:
            leases.release(connection, job.lease, state=JobState.DONE)
            _put_blob(connection, job.id, data)

    def finish_import(self, job: Job, found: ImportedNetwork) -> int:
        """Add the imported network as a finished run, and return its number. Raises `LeaseLost`, `QuotaReached`."""
        with self.store.writing() as connection:
            require_room(connection, IMPORTS, job.owner, len(found.network))
            leases.release(connection, job.lease, state=JobState.DONE)
            run_id = add_network(connection, found, job.file_name, job.owner, job.nickname, job.dataset_sha256)
            connection.execute(jobs.update().where(jobs.c.id == job.id).values(run_id=run_id))
            connection.execute(job_blobs.delete().where(job_blobs.c.job_id == job.id))
            return run_id

    def fail(self, job: Job, reason: str) -> None:
        """End the job as failed. `reason` is a sentence for people. Raises `LeaseLost`."""
        with self.store.writing() as connection:
            leases.fail(connection, job.lease, reason)
            connection.execute(job_blobs.delete().where(job_blobs.c.job_id == job.id))


def _add(connection: sa.Connection, values: Mapping[str, object]) -> int:
    waiting = (jobs.c.owner == values["owner"], jobs.c.state == JobState.WAITING)
    if (connection.scalar(sa.select(sa.func.count()).select_from(jobs).where(*waiting)) or 0) >= MOST_WAITING:
        raise TooManyJobs(f"{MOST_WAITING} of your files are still being made: wait until one is ready.")
    times = dict.fromkeys(("created_at", "updated_at"), clock.now(connection))
    row = {**values, **times, "state": JobState.WAITING}
    statement = jobs.insert().values(row).returning(jobs.c.id)
    return int(connection.execute(statement).scalar_one())


def _put_blob(connection: sa.Connection, job_id: int, data: bytes) -> None:
    values = {"job_id": job_id, "sha256": hashlib.sha256(data).hexdigest(), "data": data}
    connection.execute(job_blobs.insert().values(values))


def _forget_old(connection: sa.Connection) -> None:
    old = jobs.c.updated_at < clock.now(connection) - RETENTION_SECONDS
    connection.execute(jobs.delete().where(old, jobs.c.state != JobState.WAITING))


def _to_job(row: sa.RowMapping | dict[str, object]) -> Job:
    values = {name: row[name] for name in Job.__dataclass_fields__}
    values["dataset_sha256"] = row["dataset_sha256"] or MNIST_SHA256
    if row["state"] not in tuple(JobState):
        message = why_unreadable("The state of this file", ValueError(f"state {row['state']}"))
        values |= {"state": JobState.FAILED, "message": f"{message} Ask for it again."}
    return Job(**{**values, "state": JobState(values["state"])})  # type: ignore[arg-type]
