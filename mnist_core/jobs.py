"""What a worker does besides training: export runs as models, import networks."""

from __future__ import annotations

import contextlib
import traceback

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.errors import UserError
from mnist_core.evaluation import score
from mnist_core.export.make import make
from mnist_core.runs import IMPORT, DatasetShelf, ImportedNetwork, Job, JobQueue, LeaseLost, StoreError
from mnist_core.runs.leases import Hold


def do_one(queue: JobQueue, worker: str, hold: Hold = contextlib.nullcontext) -> bool:
    """Do the job that has waited longest; return whether there was one. What fails, fails with a sentence.

    Raises `StoreError` if the store cannot be used: the lease runs out then, and the job is done later.
    """
    job = queue.claim(worker)
    if job is None:
        return False
    with hold(job.lease):
        _do_or_fail(queue, job)
    return True


def _do_or_fail(queue: JobQueue, job: Job) -> None:
    try:
        _do(queue, job)
    except (LeaseLost, StoreError) as error:
        if isinstance(error, StoreError):
            raise
    except UserError as error:
        _fail(queue, job, str(error))
    except MemoryError:
        _fail(queue, job, "This needs more memory than there is. Try again when the machine has less to do.")
    except Exception as error:
        traceback.print_exc()
        _fail(queue, job, f"This failed in an unexpected way ({type(error).__name__}: {error}).")


def _do(queue: JobQueue, job: Job) -> None:
    if job.kind == IMPORT:
        dataset = DatasetShelf(queue.store).load(job.dataset_sha256)
        queue.finish_import(job, _imported(queue.data(job.id), dataset))
    elif job.run_id is not None:
        queue.finish_export(job, make(queue.store, job.run_id, job.kind))


def _imported(data: bytes, dataset: Dataset) -> ImportedNetwork:
    """Return the network of a `.keras` file with its score on a dataset's test images. Raises `BadKerasFile`."""
    from mnist_core.export.keras_model import from_keras

    network, sketch = from_keras(data, len(dataset.class_names))
    config = TrainConfig(**sketch._asdict(), epochs=1)
    found = score(network.predict(dataset.test_images), dataset.test_labels)
    return ImportedNetwork(network.to_bytes(), config, found)


def _fail(queue: JobQueue, job: Job, reason: str) -> None:
    with contextlib.suppress(LeaseLost):
        queue.fail(job, reason)
