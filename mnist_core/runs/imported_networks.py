"""Networks that were not trained here, or were changed after their training: finished runs without curves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.evaluation import Score
from mnist_core.model.architecture import Architecture
from mnist_core.runs import clock
from mnist_core.runs.dataset_rows import find_dataset
from mnist_core.runs.quotas import IMPORTS, require_room
from mnist_core.runs.run_records import State
from mnist_core.runs.run_rows import settings_values
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import blobs, runs
from mnist_core.text.escape import clean

SOURCE_LENGTH = 80


@dataclass(frozen=True)
class ImportedNetwork:
    """A network (see `Network.to_bytes`), its architecture and its score.

    `config` holds the settings closest to the network; `layers` is its architecture if the settings cannot describe it.
    `notes` are sentences about what was changed.
    """

    network: bytes
    config: TrainConfig
    score: Score
    layers: Architecture | None = None
    notes: Sequence[str] = ()


def keep_network(
    store: RunStore, found: ImportedNetwork, source: str, *, owner: str, nickname: str, dataset: str
) -> int:
    """Keep a changed network as a run of its own, and return its number.

    `source` names what it was made from, and how. `dataset` is the sha256 of the images that it classifies. Raises
    `QuotaReached`.
    """
    with store.writing() as connection:
        require_room(connection, IMPORTS, owner, len(found.network))
        return add_network(connection, found, clean(source, SOURCE_LENGTH), owner, clean(nickname), dataset)


def add_network(
    connection: sa.Connection, found: ImportedNetwork, source: str, owner: str, nickname: str, dataset: str
) -> int:
    """Add a finished run with a network and test values, but without curves; return its number."""
    images = find_dataset(connection, dataset)
    steps = found.config.steps_per_epoch(images.train_images)
    step = steps * found.config.epochs
    values = {"name": "", "owner": owner, "nickname": nickname, "imported": source}
    values |= {
        "dataset": images.name,
        "dataset_sha256": images.sha256,
        **settings_values(found.config),
        "state": State.FINISHED,
        "architecture": found.layers.to_json() if found.layers else "",
        "import_notes": "\n".join(found.notes),
    }
    numbers = {"steps_per_epoch": steps, "step": step, "test_loss": found.score.loss}
    numbers |= {"test_accuracy": found.score.accuracy}
    times = dict.fromkeys(("created_at", "updated_at", "watched_at"), clock.now(connection))
    statement = runs.insert().values({**values, **numbers, **times}).returning(runs.c.id)
    run_id = int(connection.execute(statement).scalar_one())
    blob = {"run_id": run_id, "kind": "network", "step": step, "data": found.network}
    connection.execute(blobs.insert().values(blob | {"sha256": hashlib.sha256(found.network).hexdigest()}))
    return run_id
