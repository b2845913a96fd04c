"""The networks and checkpoints of runs, stored as blobs with checksums."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa

from mnist_core.errors import UserError
from mnist_core.progress import Checkpoint
from mnist_core.runs.database import upsert
from mnist_core.runs.schema import blobs


class DamagedBlob(UserError):
    """A stored network or checkpoint whose bytes do not match their checksum."""


def read_blob(connection: sa.Connection, run_id: int, kind: str) -> tuple[int, bytes] | None:
    """Return (step, bytes) of a blob, or None if there is none. Raises `DamagedBlob`."""
    query = sa.select(blobs).where(blobs.c.run_id == run_id, blobs.c.kind == kind)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
        raise DamagedBlob("The stored {kind} of run {run} is damaged: its checksum is wrong.", kind=kind, run=run_id)
    return row["step"], row["data"]


def read_checkpoint(connection: sa.Connection, run_id: int) -> Checkpoint | None:
    """Return the checkpoint of a run; None before the first one. Raises `DamagedBlob`."""
    network = read_blob(connection, run_id, "network")
    optimizer = read_blob(connection, run_id, "optimizer")
    if network is None or optimizer is None:
        return None
    return Checkpoint(network[0], network[1], optimizer[1])


def write_checkpoint(connection: sa.Connection, run_id: int, checkpoint: Checkpoint) -> None:
    """Store the network and training state of a run in place of the previous ones."""
    upsert(connection, blobs, _blob_rows(run_id, checkpoint))


def _blob_rows(run_id: int, checkpoint: Checkpoint) -> list[dict[str, Any]]:
    parts = {"network": checkpoint.network, "optimizer": checkpoint.optimizer}
    return [
        {
            "run_id": run_id,
            "kind": kind,
            "step": checkpoint.step,
            "sha256": hashlib.sha256(data).hexdigest(),
            "data": data,
        }
        for kind, data in parts.items()
    ]
