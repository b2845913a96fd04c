"""The epochs of runs: the predictions for the test images after each, and the networks after some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from mnist_core.evaluation.ended_epoch import EndedEpoch, EpochPredictions, epochs_to_keep, most_networks
from mnist_core.model.numpy_network import Network, NetworkError
from mnist_core.runs.database import Database, upsert
from mnist_core.runs.schema import epochs

PREDICTIONS, NETWORK = "predictions", "network"
"""The kinds of what is stored of an epoch."""


class EpochStore:
    """Reads the epochs in a run store.

    Epoch 0 is the time before the first step. Runs of earlier versions, of sweeps, and imported networks have none. Of
    a run that was begun by an earlier version, the first are missing, or the predictions of epoch 0 alone. Retention
    may have deleted the networks, see `retention`.
    """

    def __init__(self, store: Database) -> None:
        self._store = store

    def predicted(self, run_id: int) -> list[int]:
        """Return the epochs of a run whose predictions are stored, in order."""
        return self._epochs(run_id, PREDICTIONS)

    def with_network(self, run_id: int) -> list[int]:
        """Return the epochs of a run whose networks are stored, in order."""
        return self._epochs(run_id, NETWORK)

    def predictions(self, run_id: int) -> list[EpochPredictions]:
        """Return the stored predictions of a run for the test images, in the order of the epochs."""
        query = sa.select(epochs.c.epoch, epochs.c.data).where(epochs.c.run_id == run_id, epochs.c.kind == PREDICTIONS)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(epochs.c.epoch)).all()
        return [EpochPredictions.from_bytes(row.epoch, row.data) for row in rows if len(row.data) % 2 == 0]

    def networks(self, run_id: int) -> Iterator[tuple[int, Network]]:
        """Yield the epochs of a run whose networks are stored, with these, in order. They are read one at a time.

        The weights are float32, rounded to half precision. Networks that are damaged are left out.
        """
        for epoch in self.with_network(run_id):
            network = self.network(run_id, epoch)
            if network is not None:
                yield epoch, network

    def network(self, run_id: int, epoch: int) -> Network | None:
        """Return the network of a run after an epoch, likewise; None if it is not stored, or damaged."""
        key = (epochs.c.run_id == run_id, epochs.c.kind == NETWORK, epochs.c.epoch == epoch)
        with self._store.reading() as connection:
            data = connection.scalar(sa.select(epochs.c.data).where(*key))
        try:
            return None if data is None else Network.from_bytes(data)
        except NetworkError:
            return None

    def _epochs(self, run_id: int, kind: str) -> list[int]:
        query = sa.select(epochs.c.epoch).where(epochs.c.run_id == run_id, epochs.c.kind == kind)
        with self._store.reading() as connection:
            return list(connection.scalars(query.order_by(epochs.c.epoch)))


def write_epochs(connection: sa.Connection, run_id: int, ended: Sequence[EndedEpoch]) -> None:
    """Store the epochs of a run that have just ended, in order, and delete the networks that are not kept any more.

    Later epochs are deleted: their worker has died before its checkpoint, and they will come again.
    """
    if not ended:
        return
    last = ended[-1]
    kept = epochs_to_keep(last.epoch, most_networks(len(last.network)))
    outdated = sa.or_(epochs.c.epoch >= ended[0].epoch, sa.and_(epochs.c.kind == NETWORK, epochs.c.epoch.not_in(kept)))
    connection.execute(epochs.delete().where(epochs.c.run_id == run_id, outdated))
    data = {(it.epoch, NETWORK): it.network for it in ended if it.epoch in kept}
    data |= {(it.epoch, PREDICTIONS): it.predictions.to_bytes() for it in ended}
    rows = [{"run_id": run_id, "epoch": epoch, "kind": kind, "data": data} for (epoch, kind), data in data.items()]
    upsert(connection, epochs, rows)


def delete_epochs(connection: sa.Connection, run_id: int) -> None:
    """Delete what is stored of all epochs of a run."""
    connection.execute(epochs.delete().where(epochs.c.run_id == run_id))


def epoch_bytes(connection: sa.Connection) -> int:
    """Return the size in bytes of what is stored of the epochs of all runs."""
    return int(connection.scalar(sa.select(sa.func.sum(sa.func.length(epochs.c.data)))) or 0)
