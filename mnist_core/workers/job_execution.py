"""The jobs of a worker: exporting runs as models, importing networks."""

from __future__ import annotations

import contextlib
import traceback

from mnist_core.config import CHOICES, LIMITS, TrainConfig
from mnist_core.config.hidden_layers import as_one
from mnist_core.data import Dataset
from mnist_core.errors import UserError
from mnist_core.evaluation import score
from mnist_core.export.export_run import export_run
from mnist_core.importing.import_network import import_network
from mnist_core.model.architecture import Architecture
from mnist_core.runs import IMPORT, DatasetStore, ImportedNetwork, Job, JobQueue, LeaseLost, StoreError
from mnist_core.runs.leases import KeepAlive
from mnist_core.text.sentence import marked, sentence, sentence_of


def run_next_job(queue: JobQueue, worker: str, keep_alive: KeepAlive = contextlib.nullcontext) -> bool:
    """Do the job that has waited longest, and return whether there was one. A failed job gets a sentence that says why.

    Raises `StoreError` if the store cannot be used. The lease expires then, and the job is done later.
    """
    job = queue.claim(worker)
    if job is None:
        return False
    with keep_alive(job.lease):
        _do_or_fail(queue, job)
    return True


def _do_or_fail(queue: JobQueue, job: Job) -> None:
    try:
        _do(queue, job)
    except (LeaseLost, StoreError) as error:
        if isinstance(error, StoreError):
            raise
    except UserError as error:
        _fail(queue, job, sentence_of(error))
    except MemoryError:
        _fail(queue, job, marked("There is not enough memory for this. Try again when the machine is less busy."))
    except Exception as error:
        traceback.print_exc()
        what = f"{type(error).__name__}: {error}"
        _fail(
            queue,
            job,
            sentence("This failed in an unexpected way ({error}).", error=what),
        )


def _do(queue: JobQueue, job: Job) -> None:
    if job.kind == IMPORT:
        dataset = DatasetStore(queue.store).load(job.dataset_sha256)
        queue.finish_import(job, _imported(queue.data(job.id), dataset))
    elif job.run_id is not None:
        queue.finish_export(job, export_run(queue.store, job.run_id, job.kind))


def _imported(data: bytes, dataset: Dataset) -> ImportedNetwork:
    """Return the network in a Keras file, with its score on the test images of a dataset. Raises `BadKerasFile`."""
    found = import_network(data, dataset)
    network, layers = found.network, found.network.architecture
    result = score(network.predict(dataset.test_images), dataset.test_labels)
    config = _closest_settings(layers, found.dropout)
    return ImportedNetwork(network.to_bytes(), config, result, layers, found.notes)


def _closest_settings(layers: Architecture, dropout: float) -> TrainConfig:
    """Return the settings closest to a network: every run has settings, but few networks fit them exactly."""
    units = tuple(layer.units for layer in layers.hidden[: int(LIMITS["hidden_layers"].high)])
    activations = [it.activation for it in layers.convolutions] + [it.activation for it in layers.hidden]
    known = [name for name in activations[:1] if name in CHOICES["activation"]] or [TrainConfig.activation]
    return TrainConfig(
        hidden_units=as_one(units) if units else 0,
        hidden_layers=len(units),
        activation=known[0],
        dropout=dropout if units else 0.0,
        epochs=1,
        architecture=layers.name,
    )


def _fail(queue: JobQueue, job: Job, reason: str) -> None:
    with contextlib.suppress(LeaseLost):
        queue.fail(job, reason)
