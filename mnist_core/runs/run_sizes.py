"""How many bytes a run takes in the database, as SQL expressions for queries of `runs`.

Retention and the limit of pins count by these alone, so that nothing is protected that was not counted.
"""

from __future__ import annotations

import sqlalchemy as sa

from mnist_core.runs.schema import blobs, epochs, progress, runs, snapshots

ROW_BYTES = 80
"""The size of a row of progress, with its entry in the index."""


def bytes_of_run() -> sa.ColumnElement[int]:
    """Return the expression for all bytes of a run: networks, training state, epochs, snapshots and curves."""
    return bytes_of_blobs() + bytes_of_epochs() + bytes_of_snapshots_and_curves()


def bytes_of_blobs(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Return the expression for the bytes of a run's blobs, of those that meet the conditions."""
    total = sa.func.coalesce(sa.func.sum(sa.func.length(blobs.c.data)), 0)
    return sa.select(total).where(blobs.c.run_id == runs.c.id, *conditions).scalar_subquery()


def bytes_of_epochs(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Return the expression for the bytes of what is stored of a run's epochs, if it meets the conditions."""
    total = sa.func.coalesce(sa.func.sum(sa.func.length(epochs.c.data)), 0)
    return sa.select(total).where(epochs.c.run_id == runs.c.id, *conditions).scalar_subquery()


def bytes_of_snapshots_and_curves() -> sa.ColumnElement[int]:
    """Return the expression for the bytes of a run's snapshots and curves."""
    shown = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(snapshots.c.data)), 0))
    points = sa.select(ROW_BYTES * sa.func.count()).select_from(progress)
    return (
        shown.where(snapshots.c.run_id == runs.c.id).scalar_subquery()
        + points.where(progress.c.run_id == runs.c.id).scalar_subquery()
    )
