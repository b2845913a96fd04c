"""The weights that runs start from in place of random ones: those of another run, or of the starter network.

Reading runs is open to all, so anybody may continue anybody's run. The weights are stored once for all runs and sweeps
that start from them, and deleted with the last of these.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa

from mnist_core.config import ARCHITECTURE_SETTINGS, SETTINGS, TrainConfig, value_in_words
from mnist_core.data import MNIST_SHA256
from mnist_core.model.architecture import CLASSES, Architecture
from mnist_core.model.input_scaling import SCALINGS
from mnist_core.model.numpy_network import STARTER_PATH, Network
from mnist_core.model.starter import starter
from mnist_core.progress import Checkpoint
from mnist_core.runs import clock
from mnist_core.runs.checkpoints import DamagedBlob, read_blob
from mnist_core.runs.database import upsert
from mnist_core.runs.dataset_rows import UNFINISHED_SWEEPS, by_sha256
from mnist_core.runs.errors import ParentError
from mnist_core.runs.run_records import STARTER, Parent, Run, State
from mnist_core.runs.run_rows import to_run
from mnist_core.runs.schema import runs, starting_weights, sweeps
from mnist_core.text.sentence import sentence


class ParentNetwork(NamedTuple):
    """A network that runs can start from. They have the settings in `ARCHITECTURE_SETTINGS` in common with `config`.

    `dataset_sha256` are the images that it learned from, of so many `classes`; of an imported network, those that it
    was tested on.
    """

    parent: Parent
    config: TrainConfig
    dataset_sha256: str
    classes: int

    def require_fit(self, config: TrainConfig, classes: int) -> None:
        """Raise an error unless a run with these settings and so many classes can start from the network.

        It is a `ConfigError` for a setting, a `ParentError` for the number of classes.
        """
        title = self.parent.title
        for name in ARCHITECTURE_SETTINGS:
            needed = getattr(self.config, name)
            if getattr(config, name) != needed:
                raise SETTINGS[name].error(
                    getattr(config, name),
                    sentence("{needed}, as in {title}", needed=value_in_words(needed), title=title),
                )
        for name, setting in SETTINGS.items():
            value, usual = getattr(config, name), config.default(name)
            if setting.fixed_with_parent and value != usual:
                allowed = sentence(
                    "{usual} for a run that starts from the weights of another one", usual=value_in_words(usual)
                )
                raise setting.error(value, allowed)
        if classes != self.classes:
            raise ParentError(
                "The dataset has {classes} classes, but {title} tells {known} apart: choose a dataset with "
                "{known} classes.",
                classes=classes,
                title=title,
                known=self.classes,
            )


def network_of(connection: sa.Connection, run: Run | None) -> tuple[ParentNetwork, bytes]:
    """Return a run's latest network for others to start from, with its weights (see `Network.to_bytes`).

    None stands for the starter network. Raises `ParentError` if no run can start from it, `DamagedBlob`.
    """
    if run is None:
        data = STARTER_PATH.read_bytes()
        parent = Parent(STARTER, None, hashlib.sha256(data).hexdigest())
        return ParentNetwork(parent, starter().config, MNIST_SHA256, CLASSES), data
    classes = _classes(connection, run.dataset_sha256)
    _require_ended(run)
    _require_described(run, classes)
    found = read_blob(connection, run.id, "network")
    if found is None:
        raise ParentError("Run {run} has no network to continue from.", run=run.id)
    step, data = found
    _require_usable(run, Network.from_bytes(data))
    config = replace(run.config, batch_normalisation=False)
    config = replace(config, epochs=TrainConfig.epochs) if run.imported else config
    parent = Parent(run.id, _epochs_of(run, step), hashlib.sha256(data).hexdigest())
    return ParentNetwork(parent, config, run.dataset_sha256, classes), data


def kept_network(connection: sa.Connection, parent: Parent) -> ParentNetwork | None:
    """Return a network from which a run or a sweep has started already; None if there is none.

    Its settings and images are those of one of these: its own run may have been deleted.
    """
    for table in (runs, sweeps):
        query = sa.select(table.c.config, table.c.dataset_sha256).where(table.c.parent_sha256 == parent.sha256)
        row = connection.execute(query.limit(1)).first()
        if row is not None and are_kept(connection, parent.sha256):
            config = TrainConfig.from_json(row.config)
            return ParentNetwork(parent, config, row.dataset_sha256, _classes(connection, row.dataset_sha256))
    return None


def keep_parent(connection: sa.Connection, parent: Parent) -> ParentNetwork:
    """Keep the weights of a parent for a run or a sweep that is about to start from them, and return its network.

    The transaction has waited for others (see `wait_for_others`), so that nobody deletes the weights meanwhile.
    Raises `ParentError` if it has been trained further since it was chosen, or no run can start from it; `DamagedBlob`.
    """
    kept = kept_network(connection, parent)
    if kept is not None:
        return kept
    found, data = network_of(connection, _parent_run(connection, parent))
    if found.parent.sha256 != parent.sha256:
        raise ParentError("Run {run} has been trained further since you chose it. Choose it again.", run=parent.id)
    upsert(connection, starting_weights, [{"sha256": parent.sha256, "data": data}])
    return found


def _parent_run(connection: sa.Connection, parent: Parent) -> Run | None:
    if parent.id == STARTER:
        return None
    row = connection.execute(sa.select(runs).where(runs.c.id == parent.id)).mappings().first()
    if row is None:
        raise ParentError("Run {run} was deleted, so it cannot be continued.", run=parent.id)
    return to_run(row, clock.now(connection))


def are_kept(connection: sa.Connection, sha256: str) -> bool:
    """Whether the weights are stored."""
    return bool(connection.scalar(sa.select(sa.exists().where(starting_weights.c.sha256 == sha256))))


def read_weights(connection: sa.Connection, sha256: str) -> bytes:
    """Return weights that a run starts from. Raises `DamagedBlob` if they are missing or damaged."""
    data = connection.scalar(sa.select(starting_weights.c.data).where(starting_weights.c.sha256 == sha256))
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        raise DamagedBlob("The weights that the run starts from are damaged: their checksum is wrong.")
    return bytes(data)


def first_checkpoint(connection: sa.Connection, run: Run) -> Checkpoint | None:
    """Return the checkpoint at which a run begins: None for random initial weights.

    If the weights are damaged, so is the checkpoint, and its run fails with a sentence that says so.
    """
    if run.parent is None:
        return None
    try:
        return Checkpoint(0, read_weights(connection, run.parent.sha256), b"")
    except DamagedBlob:
        return Checkpoint(0, b"", b"")


def delete_unused_weights(connection: sa.Connection) -> None:
    """Delete the weights from which no run and no unfinished sweep starts.

    The transaction has waited for others (see `wait_for_others`), so that no run starts from them meanwhile.
    """
    by_run = sa.exists().where(runs.c.parent_sha256 == starting_weights.c.sha256)
    by_sweep = sa.exists().where(sweeps.c.parent_sha256 == starting_weights.c.sha256, UNFINISHED_SWEEPS)
    connection.execute(starting_weights.delete().where(~by_run, ~by_sweep))


def starting_weights_bytes(connection: sa.Connection) -> int:
    """Return how many bytes all stored weights take."""
    return int(connection.scalar(sa.select(sa.func.sum(sa.func.length(starting_weights.c.data)))) or 0)


def columns_of(parent: Parent | None) -> dict[str, int | float | str | None]:
    """Return the columns of a run or a sweep that starts from the parent."""
    if parent is None:
        return {"parent_id": None, "parent_epochs": None, "parent_sha256": ""}
    return {"parent_id": parent.id, "parent_epochs": parent.epochs, "parent_sha256": parent.sha256}


def _classes(connection: sa.Connection, dataset_sha256: str) -> int:
    images = by_sha256(connection, dataset_sha256 or MNIST_SHA256)
    return CLASSES if images is None else images.classes


def _epochs_of(run: Run, step: int) -> float | None:
    """Return after how many epochs a run had its latest network, which was stored at a step; None if nobody knows."""
    if run.imported:
        return None
    kept = run.kept_epoch if run.kept_weights else None
    return step / run.steps_per_epoch if kept is None else float(kept)


def _require_ended(run: Run) -> None:
    if run.deleted_at is not None:
        raise ParentError("Run {run} was deleted, so it cannot be continued.", run=run.id)
    if run.state is State.DAMAGED:
        raise ParentError(run.message)
    if run.state is State.ACTIVE:
        raise ParentError("Run {run} is in training. Wait until it has ended, or pause it.", run=run.id)


def _require_described(run: Run, classes: int) -> None:
    """Raise `ParentError` unless the settings describe the layers, which those of imported networks may not do."""
    described = Architecture.of(run.config, classes)
    if run.layers is not None and run.layers != replace(described, dropout=0.0):
        raise ParentError(
            "Run {run} cannot be continued: the layers of the imported network ({layers}) are none that "
            "can be trained here.",
            run=run.id,
            layers=run.layers.describe(),
        )


def _require_usable(run: Run, network: Network) -> None:
    if network.scaling:
        raise ParentError(
            "Run {run} cannot be continued: the imported network was trained on pixels {scaling}, which "
            "is not done here.",
            run=run.id,
            scaling=SCALINGS[network.scaling].words,
        )
    if not all(np.isfinite(array).all() for array in network.weights):
        raise ParentError("Run {run} cannot be continued: some of its weights are not finite.", run=run.id)
