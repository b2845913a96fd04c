"""Heartbeats: which workers are alive, and how many of them are ready to train."""

from __future__ import annotations

import os
import socket
import uuid
from typing import Any, NamedTuple

import sqlalchemy as sa

from mnist_core.runs.database import upsert
from mnist_core.runs.schema import workers

WORKER_SILENCE = 15.0
"""Seconds without a heartbeat after which a worker counts as gone."""
FORGET_SECONDS = 4 * WORKER_SILENCE
"""Seconds without a heartbeat after which a worker's row is deleted."""


class Worker(NamedTuple):
    """A process that trains. `ready` means that TensorFlow is loaded; `speed` is relative to the cost model."""

    name: str
    ready: bool
    seen_at: float
    speed: float | None


def new_worker_name() -> str:
    """Return a unique name for a worker, across all hosts."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


def write_heartbeat(connection: sa.Connection, name: str, ready: bool, speed: float | None, now: float) -> None:
    """Record that a worker is alive, and delete the rows of workers that have been silent for long."""
    upsert(connection, workers, [{"name": name, "ready": int(ready), "seen_at": now, "speed": speed}])
    connection.execute(workers.delete().where(workers.c.seen_at < now - FORGET_SECONDS))


def live_workers(connection: sa.Connection, now: float) -> list[Worker]:
    """Return the workers that are alive, sorted by name."""
    rows = connection.execute(sa.select(workers).where(_is_live(now)).order_by(workers.c.name)).mappings()
    return [Worker(row["name"], bool(row["ready"]), row["seen_at"], row["speed"]) for row in rows]


def count_ready(now: float) -> sa.Select[Any]:
    """Return the query that counts the workers that are ready to train."""
    return sa.select(sa.func.count()).select_from(workers).where(_is_live(now), workers.c.ready == 1)


def ready_workers(connection: sa.Connection, now: float) -> int:
    """Return how many workers are ready to train. At least 1: the caller is one, even before its first heartbeat."""
    return max(1, int(connection.scalar(count_ready(now)) or 0))


def _is_live(now: float) -> sa.ColumnElement[bool]:
    return workers.c.seen_at > now - WORKER_SILENCE
