"""The queue of exports and imports, which need Keras or take long. Pages submit them, workers do them.

Like a run, a job is claimed under a lease, so it survives the death of its worker. Its input or its result is stored as
one checksummed blob. Finished jobs are deleted after a day. Analyses have a queue of their own (see `analysis_queue`).
"""

from __future__ import annotations

import sqlalchemy as sa

from mnist_core.data import MNIST_SHA256
from mnist_core.runs import leases
from mnist_core.runs.imported_networks import ImportedNetwork, add_network
from mnist_core.runs.job_rows import (
    Job,
    add_job,
    claim_job,
    fail_job,
    forget_old,
    put_blob,
    read_blob,
    read_job,
)
from mnist_core.runs.pending_work import pending_files
from mnist_core.runs.quotas import IMPORT, IMPORTS, WAITING, require_room
from mnist_core.runs.run_records import JobState
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import job_blobs, jobs
from mnist_core.text.escape import clean

FILE_NAME_LENGTH = 80


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
            forget_old(connection)
            known = connection.scalar(sa.select(jobs.c.id).where(*same))
            if known is not None:
                return int(known)
            values = {"kind": kind, "owner": owner, "nickname": "", "run_id": run_id, "run_step": step}
            return add_job(connection, values | {"file_name": file_name})

    def submit_import(self, data: bytes, file_name: str, owner: str, nickname: str, dataset: str = MNIST_SHA256) -> int:
        """Submit the import of a `.keras` or `.h5` file as a run, and return the number of the job.

        `dataset` is the sha256 of the dataset that the network classifies. The caller must have checked the size of the
        file, since it is stored until the job is done. Raises `TooManyJobs`, `QuotaReached`.
        """
        with self.store.writing() as connection:
            forget_old(connection)
            require_room(connection, WAITING, owner, len(data))
            values = {
                "kind": IMPORT,
                "owner": owner,
                "nickname": clean(nickname),
                "file_name": clean(file_name, FILE_NAME_LENGTH),
            }
            job_id = add_job(connection, values | {"dataset_sha256": dataset})
            put_blob(connection, job_id, data)
            return job_id

    def job(self, job_id: int) -> Job:
        """Return a job. Raises `JobNotFound`."""
        with self.store.reading() as connection:
            return read_job(connection, job_id)

    def data(self, job_id: int) -> bytes:
        """Return the result of an export or the input of an import. Raises `JobNotFound`, `DamagedBlob`."""
        with self.store.reading() as connection:
            return read_blob(connection, job_id)

    # -- for workers -------------------------------------------------------------------------

    def claim(self, worker: str) -> Job | None:
        """Claim the export or import that has waited longest; None if there is none."""
        return claim_job(self.store, pending_files, worker)

    def finish_export(self, job: Job, data: bytes) -> None:
        """Store the result of an export. Raises `LeaseLost`; nothing is written then."""
        with self.store.writing() as connection:
            leases.release(connection, job.lease, state=JobState.DONE)
            put_blob(connection, job.id, data)

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
            fail_job(connection, job, reason)
