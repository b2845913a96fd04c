"""Shared by tests of the run store: both databases, quickly made runs, and the whole contents of a store."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import RunStore, State, Turn, WorkQueue, schema

both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""For what the two may do differently: claims, leases, concurrency, the schema, and each kind of question once."""

CONFIG = TrainConfig(epochs=1, batch_size=8192)
"""Eight steps."""
CHECKPOINT = Checkpoint(4, b"a network", b"an optimizer")


def claim(queue: WorkQueue, worker: str = "worker", run_id: int | None = None) -> Turn:
    turn = queue.claim(worker, run_id)
    assert turn is not None
    return turn


def add_run(
    store: RunStore, state: State = State.FINISHED, owner: str = "", network: int = 9, optimizer: int = 12
) -> int:
    """A run of `owner` in a state, with a checkpoint of so many bytes; an active one waits for its next turn."""
    run_id, queue = store.submit(CONFIG, owner=owner), WorkQueue(store)
    turn = claim(queue, run_id=run_id)
    step = turn.run.steps if state is State.FINISHED else 4
    checkpoint = Checkpoint(step, b"n" * network, b"o" * optimizer)
    queue.record(turn, [ProgressPoint(step, 1, 0.5, 0.8)], 1.0, checkpoint, release=state is not State.FAILED)
    if state is State.FAILED:
        queue.fail(turn, "The disk is full.")
    elif state in (State.PAUSED, State.STOPPED):
        (store.pause if state is State.PAUSED else store.stop)(run_id)
    return run_id


def everything(store: RunStore) -> dict[str, list[Any]]:
    """All rows of all tables: what must not change where nothing is to be written."""
    with store.reading() as connection:
        tables = schema.metadata.sorted_tables
        return {table.name: list(connection.execute(sa.select(table).order_by(*table.primary_key))) for table in tables}


def count_of(store: RunStore, table: sa.Table) -> int:
    with store.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def change(store: RunStore, table: sa.Table, **values: Any) -> None:
    """Write these columns of all rows of a table, as another program might have."""
    with store.writing() as connection:
        connection.execute(table.update().values(values))


def somebody_waits(store: RunStore) -> bool:
    """Whether a transaction of PostgreSQL waits for another one to end."""
    with store.reading() as connection:
        return bool(connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
