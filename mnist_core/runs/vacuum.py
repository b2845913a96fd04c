"""Gives the disk back what was deleted from a store in a SQLite file. PostgreSQL does that by itself.

A file that was made by this program gives its free pages back in small steps, each of which holds the write lock for
some milliseconds. One of an earlier program has to be written anew once for that, which holds up everybody who wants to
write: some 13 to 18 s for each GB that is in use. So that is done only while nothing goes on, and where it takes a few
seconds at most. Until then, what is free in the file is used before the file grows.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mnist_core.runs import clock, engine
from mnist_core.runs.errors import translated_errors
from mnist_core.runs.records import JobState, State, SweepState
from mnist_core.runs.schema import jobs, runs, sweeps
from mnist_core.runs.sqlite_file import BUSY_SECONDS
from mnist_core.runs.store import RunStore

SPARE_PAGES = 256
"""Free pages that stay: 1 MB, for the next checkpoint."""
STEP_PAGES = 256
"""Pages in one step: 1 MB, 0.5 to 5 ms where there are no other readers and writers."""
REST = 2
SHORTEST_REST = 0.005
"""After a step, so many times as long as it took, and so many seconds, everybody else has the file to themselves."""
LARGEST_LOG = 4_500_000
"""Bytes; SQLite itself copies a write-ahead log of 4 MB to the file, but leaves it as large as it is."""
QUIET_SECONDS = 600.0
"""Nobody has looked at a run or written anything for so long before a file is written anew."""
WORTH_PAGES = 2560
"""Free pages for which it is: 10 MB."""
LARGEST_REWRITE = 300_000_000
"""Bytes in use; some 4 s."""
INCREMENTAL = 2
"""What PRAGMA auto_vacuum says of a file that can give pages back."""


class Vacuum:
    """Makes the file of a store smaller, a part at a time."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self._file = engine.file_of(store.url)
        self._may_rewrite = True

    def run_for(self, seconds: float) -> bool:
        """Give free pages back, for about so many seconds; return whether there are more. Never waits for anybody.

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
                return True  # somebody writes just now, and goes first
            finally:
                connection.execute(f"PRAGMA busy_timeout={int(1000 * BUSY_SECONDS)}")
                pooled.close()

    def _part(self, connection: sqlite3.Connection, file: Path, end: float) -> bool:
        free = _pragma(connection, "freelist_count")  # reads the file, so that what comes next is not of yesterday
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
            # Only a script runs this statement to its end: it is one that frees a page each time that it is asked.
            connection.executescript(f"PRAGMA incremental_vacuum({min(free, STEP_PAGES)})")
        except sqlite3.OperationalError as error:
            if not _is_locked(error):
                raise  # else somebody writes just now, and goes first
        time.sleep(max(SHORTEST_REST, REST * (time.monotonic() - started)))


def _harmless(store: RunStore, connection: sqlite3.Connection, file: Path) -> bool:
    """Whether the file can be written anew within seconds, there is room for that, and nobody minds."""
    used = _pragma(connection, "page_count") - _pragma(connection, "freelist_count")
    used *= _pragma(connection, "page_size")
    return used <= LARGEST_REWRITE and shutil.disk_usage(file.parent).free > 3 * used and _quiet(store)


def _quiet(store: RunStore) -> bool:
    """Whether nothing is to be trained or made, and nobody has looked or written lately."""
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
    """Write the file anew, so that it can give pages back from now on; return whether that may be tried again.

    Gives up before the patience of those ends who want to write meanwhile.
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
    """Copy the write-ahead log to the file, which is cut to its size by that, and empty the log, if nobody reads it."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()  # most of the work, and in nobody's way
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
