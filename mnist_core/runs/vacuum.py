"""Returns free pages of a store in a SQLite file to the disk. PostgreSQL does that by itself.

A file made by this version is vacuumed in small steps, each of which holds the write lock for some milliseconds. A
file of an earlier version must first be rewritten, which blocks all writers for 13 to 18 s per GB in use. So it is
rewritten only while the store is idle, and only if that takes a few seconds. Until then, its free pages are reused
before the file grows.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mnist_core.runs import clock
from mnist_core.runs.errors import translated_errors
from mnist_core.runs.open_database import file_of
from mnist_core.runs.run_records import JobState, State, SweepState
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import jobs, runs, sweeps
from mnist_core.runs.sqlite_file import BUSY_SECONDS

SPARE_PAGES = 256
"""Free pages that are kept for the next checkpoint: 1 MB."""
STEP_PAGES = 256
"""Pages freed in one step: 1 MB, which takes 0.5 to 5 ms without other readers and writers."""
REST = 2
SHORTEST_REST = 0.005
"""The pause after a step: this multiple of its duration, and at least this many seconds."""
LARGEST_LOG = 4_500_000
"""Bytes; SQLite itself checkpoints a write-ahead log of 4 MB, but does not truncate it."""
QUIET_SECONDS = 600.0
"""A file is rewritten only after so many seconds without any write or watched run."""
WORTH_PAGES = 2560
"""Free pages that make a rewrite worthwhile: 10 MB."""
LARGEST_REWRITE = 300_000_000
"""The most bytes in use for a rewrite: about 4 s."""
INCREMENTAL = 2
"""The value of PRAGMA auto_vacuum in a file that can be vacuumed in steps."""


class Vacuum:
    """Shrinks the file of a store step by step."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self._file = file_of(store.url)
        self._may_rewrite = True

    def run_for(self, seconds: float) -> bool:
        """Free pages for about `seconds`, and return whether there are more. Never waits for a lock.

        Raises `StoreError` if the store cannot be used.
        """
        if self._file is None:
            return False
        self.store.require_usable()
        with translated_errors(self.store.engine):
            pooled = self.store.engine.raw_connection()
            connection: Any = pooled.driver_connection
            try:
                connection.execute("PRAGMA busy_timeout=0")
                return self._part(connection, self._file, time.monotonic() + seconds)
            except sqlite3.OperationalError as error:
                if not _is_locked(error):
                    raise sa.exc.OperationalError(None, None, error) from error
                return True  # another process is writing
            finally:
                connection.execute(f"PRAGMA busy_timeout={int(1000 * BUSY_SECONDS)}")
                pooled.close()

    def _part(self, connection: sqlite3.Connection, file: Path, end: float) -> bool:
        free = _pragma(connection, "freelist_count")  # reads the file, so that the next pragma is up to date
        if _pragma(connection, "auto_vacuum") != INCREMENTAL:
            if self._may_rewrite and free >= WORTH_PAGES and _harmless(self.store, connection, file):
                self._may_rewrite = _rewrite(connection)
        elif free > SPARE_PAGES:
            _give_back(connection, end)
        left = _pragma(connection, "freelist_count")
        if left < free or _size(Path(f"{file}-wal")) > LARGEST_LOG:
            _empty_log(connection)
        return left > SPARE_PAGES and _pragma(connection, "auto_vacuum") == INCREMENTAL


def _give_back(connection: sqlite3.Connection, end: float) -> None:
    while (free := _pragma(connection, "freelist_count") - SPARE_PAGES) > 0 and time.monotonic() < end:
        started = time.monotonic()
        try:
            # The statement frees one page for each row fetched; only executescript runs it to its end.
            connection.executescript(f"PRAGMA incremental_vacuum({min(free, STEP_PAGES)})")
        except sqlite3.OperationalError as error:
            if not _is_locked(error):
                raise  # otherwise another process is writing
        time.sleep(max(SHORTEST_REST, REST * (time.monotonic() - started)))


def _harmless(store: RunStore, connection: sqlite3.Connection, file: Path) -> bool:
    """Whether the file can be rewritten within seconds, there is enough disk space, and the store is idle."""
    used = _pragma(connection, "page_count") - _pragma(connection, "freelist_count")
    used *= _pragma(connection, "page_size")
    return used <= LARGEST_REWRITE and shutil.disk_usage(file.parent).free > 3 * used and _quiet(store)


def _quiet(store: RunStore) -> bool:
    """Whether no work is pending, and nobody has watched or written lately."""
    latest = sa.select(sa.func.max(sa.func.max(runs.c.updated_at, runs.c.watched_at)))
    going = (
        sa.select(sa.func.count()).select_from(table).where(table.c.state == state)
        for table, state in ((runs, State.ACTIVE), (jobs, JobState.WAITING), (sweeps, SweepState.ACTIVE))
    )
    with store.reading() as connection:
        if any(connection.scalar(query) for query in going):
            return False
        return (connection.scalar(latest) or 0.0) < clock.now(connection) - QUIET_SECONDS


def _rewrite(connection: sqlite3.Connection) -> bool:
    """Rewrite the file, so that it can be vacuumed in steps from now on. Return whether to try again later.

    Gives up before the busy timeout of waiting writers is over.
    """
    end = time.monotonic() + BUSY_SECONDS / 2
    connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    try:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        return _is_locked(error)
    finally:
        connection.set_progress_handler(None, 0)
    return False


def _empty_log(connection: sqlite3.Connection) -> None:
    """Copy the write-ahead log to the file and truncate both, unless there are readers."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()  # most of the work, without blocking anybody
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _is_locked(error: sqlite3.OperationalError) -> bool:
    return "locked" in str(error)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
