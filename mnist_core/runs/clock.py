"""The clock of a run store: that of its database."""

from __future__ import annotations

import time

import sqlalchemy as sa

from mnist_core.runs.open_database import is_postgresql


def now(connection: sa.Connection) -> float:
    """Return the seconds since 1970 by the database's clock: hosts with different clocks must agree on leases.

    A SQLite file is used by a single host, so that host's clock serves.
    """
    if is_postgresql(connection):
        return float(connection.scalar(sa.select(sa.extract("epoch", sa.func.clock_timestamp()))) or 0)
    return time.time()
