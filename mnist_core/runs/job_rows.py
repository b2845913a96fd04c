"""The rows of jobs and their blobs, which exports, imports and analyses share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from mnist_core.data import MNIST_SHA256
from mnist_core.errors import UserError
from mnist_core.runs import clock, leases
from mnist_core.runs.checkpoints import DamagedBlob
from mnist_core.runs.claims import Lease
from mnist_core.runs.database import Database
from mnist_core.runs.run_records import JobState
from mnist_core.runs.schema import job_blobs, jobs
from mnist_core.runs.unreadable_rows import why_unreadable
from mnist_core.text.sentence import from_stored, sentence

RETENTION_SECONDS = 24 * 3600.0
"""How long a finished export or import and its file are stored, and how long a failure is remembered."""
MOST_WAITING = 5
"""The most jobs of one owner that may wait."""
ANALYSIS = "analysis"
"""The kind of a job that analyses a network."""


class JobNotFound(UserError):
    """There is no job with this number: it is too old, or never existed."""


class TooManyJobs(UserError):
    """The owner has too many waiting jobs."""


@dataclass(frozen=True)
class Job:
    """A job: an import, an export of the run `run_id` as it was at `run_step`, or an analysis of its network then.

    `kind` is "import", "analysis" or the name of the export format. `message` is the reason of a failure. After an
    import, `run_id` is the new run; in an analysis, None stands for the starter network. `turn` guards writes.

    An `analysis` has JSON `parameters`, its `progress` from 0 to 1, and what is being `doing` done, "" at first.
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
    updated_at: float = 0.0
    analysis: str = ""
    parameters: str = ""
    progress: float = 0.0
    doing: str = ""

    @property
    def lease(self) -> Lease:
        """The lease of the worker that has claimed it."""
        return Lease(jobs.name, self.id, self.turn, self.lease_owner or "")


def add_job(connection: sa.Connection, values: Mapping[str, object]) -> int:
    """Add a waiting job and return its number. Raises `TooManyJobs`."""
    waiting = (jobs.c.owner == values["owner"], jobs.c.state == JobState.WAITING)
    if (connection.scalar(sa.select(sa.func.count()).select_from(jobs).where(*waiting)) or 0) >= MOST_WAITING:
        raise TooManyJobs(
            "{most} of your requests are still being worked on: wait until one is done.", most=MOST_WAITING
        )
    times = dict.fromkeys(("created_at", "updated_at"), clock.now(connection))
    row = {"nickname": "", "file_name": "", **values, **times, "state": JobState.WAITING}
    statement = jobs.insert().values(row).returning(jobs.c.id)
    return int(connection.execute(statement).scalar_one())


def read_job(connection: sa.Connection, job_id: int) -> Job:
    """Return a job. Raises `JobNotFound`."""
    row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
    if row is None:
        raise JobNotFound("This file was requested too long ago, or its run was deleted. Ask for it again.")
    return to_job(row)


def claim_job(store: Database, pending: Callable[[float], sa.ColumnElement[bool]], worker: str) -> Job | None:
    """Claim the job that has waited longest, of those that `pending` (of the time) allows; None if there is none."""
    with store.reading() as connection:  # usually there is none, and the write lock is not needed
        if not connection.scalar(sa.select(sa.exists().where(pending(clock.now(connection))))):
            return None
    with store.writing() as connection:
        now = clock.now(connection)
        row = leases.lock_first(connection, sa.select(jobs).where(pending(now)).order_by(jobs.c.id))
        if row is None:
            return None
        lease = leases.claim(connection, jobs, row, worker, now)
        return to_job({**row, "turn": lease.number, "lease_owner": worker})


def fail_job(connection: sa.Connection, job: Job, reason: str) -> None:
    """End a job as failed. `reason` is a sentence for people. Raises `LeaseLost`."""
    leases.fail(connection, job.lease, reason)
    connection.execute(job_blobs.delete().where(job_blobs.c.job_id == job.id))


def put_blob(connection: sa.Connection, job_id: int, data: bytes) -> None:
    """Store the input or the result of a job."""
    values = {"job_id": job_id, "sha256": hashlib.sha256(data).hexdigest(), "data": data}
    connection.execute(job_blobs.insert().values(values))


def read_blob(connection: sa.Connection, job_id: int) -> bytes:
    """Return the input or the result of a job. Raises `JobNotFound`, `DamagedBlob`."""
    row = connection.execute(sa.select(job_blobs).where(job_blobs.c.job_id == job_id)).mappings().first()
    if row is None:
        raise JobNotFound("The file is no longer kept. Ask for it again.")
    if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
        raise DamagedBlob("The stored file is damaged: its checksum is wrong. Ask for it again.")
    return bytes(row["data"])


def forget_old(connection: sa.Connection) -> None:
    """Delete what was finished more than a day ago. Analyses stay: `retention` limits their bytes."""
    old = jobs.c.updated_at < clock.now(connection) - RETENTION_SECONDS
    kept = sa.and_(jobs.c.kind == ANALYSIS, jobs.c.state == JobState.DONE)
    connection.execute(jobs.delete().where(old, jobs.c.state != JobState.WAITING, ~kept))


def to_job(row: sa.RowMapping | dict[str, object]) -> Job:
    """Return the job in a row. One in an unknown state counts as failed."""
    values = {name: row[name] for name in Job.__dataclass_fields__}
    values["dataset_sha256"] = row["dataset_sha256"] or MNIST_SHA256
    values["message"] = from_stored(str(row["message"]))
    if row["state"] not in tuple(JobState):
        why = why_unreadable(sentence("The state of this file"), ValueError(f"state {row['state']}"))
        message = sentence("{why} Ask for it again.", why=why)
        values |= {"state": JobState.FAILED, "message": message}
    return Job(**{**values, "state": JobState(values["state"])})  # type: ignore[arg-type]
