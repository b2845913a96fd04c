"""A store in a SQLite file: how it is opened and written, and how a replaced file is noticed.

The file uses a write-ahead log (WAL), so that readers and the writer do not block each other, and incremental vacuum
(see `vacuum`). WAL needs shared memory, which some file systems lack, above all those of network drives. There, the
file keeps a rollback journal, with which readers and writers wait for each other.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import threading
import time
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mnist_core.runs.errors import StoreError

BUSY_SECONDS = 15.0
"""How long to wait for the write lock while another process has it."""
KEPT_CONNECTIONS = 16
"""Of a process; more are opened while they are needed, and closed at once."""
LARGEST_LOG = 16_000_000
"""Bytes; a larger write-ahead log is truncated when SQLite starts it again."""


def create_engine(url: sa.URL) -> sa.Engine:
    """Return an engine for a SQLite URL, and create the folder of the file. Raises `OSError` if that fails."""
    path = path_of(url)
    connections = {"pool_size": KEPT_CONNECTIONS, "max_overflow": -1} if path else {}
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **connections)
    sa.event.listen(engine, "connect", _prepare)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        _watch(engine, OpenFile.at(path))
    sa.event.listen(engine, "begin", _begin)
    return engine


def path_of(url: sa.URL) -> Path | None:
    """Return the file of a SQLite URL; None for a database in memory."""
    return Path(url.database) if url.database and url.database != ":memory:" else None


@cache
def turn_to_write(path: Path) -> AbstractContextManager[bool]:
    """Return the lock that a thread holds while it writes the file at an absolute path.

    SQLite's own lock is asked for again and again, with pauses of up to 0.1 s, and whoever asks at the right moment has
    it: in a process with many threads, some would wait until their time is over (docs/performance.md, A workshop).
    """
    return threading.RLock()


class OpenFile:
    """The file at a path that this process has open, identified by its device and inode when it was first opened.

    If the file is deleted, SQLite silently continues with it, and creates a new one for the next connection. All stores
    of a process with the same path share one `OpenFile`.
    """

    _all: dict[Path, OpenFile] = {}  # noqa: RUF012 - shared on purpose
    _lock = threading.Lock()

    def __init__(self, path: Path) -> None:
        self.path = path
        self._identity: tuple[int, int] | None = None
        self._users = 0

    @classmethod
    def at(cls, path: Path) -> OpenFile:
        """Return the shared instance for a path. Each caller must `close` it."""
        with cls._lock:
            file = cls._all.setdefault(path.absolute(), cls(path.absolute()))
            file._users += 1
            return file

    def close(self) -> None:
        """Forget the file when its last user has closed it. Another file at the path may be opened then."""
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._all.pop(self.path, None)

    def recognise(self) -> None:
        """Remember which file this is, when it is first opened."""
        if self._identity is None:
            self._identity = self._found()

    def require_same(self) -> None:
        """Raise `StoreError` if the path no longer leads to the file that was opened. Takes microseconds."""
        if self._identity is not None and self._found() != self._identity:
            raise StoreError(
                f"The run store's file {self.path} was deleted or replaced while it was in use, and nothing more can "
                "be written to it. Put the file back where it was, or restart the app: it then uses the file that "
                "is there, or creates a new, empty one."
            )

    def _found(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self.path)  # noqa: PTH116 - at each transaction: Path.stat takes half as long again
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _watch(engine: sa.Engine, file: OpenFile) -> None:
    """Make an engine refuse to use another file than the one it has opened first."""
    sa.event.listen(engine, "do_connect", lambda *_arguments: file.require_same())
    sa.event.listen(engine, "connect", lambda *_arguments: file.recognise())
    sa.event.listen(engine, "begin", lambda _connection: file.require_same())
    sa.event.listen(engine, "engine_disposed", lambda _engine: file.close(), once=True)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Turn off the driver's own transactions, which start too late and too weakly, and turn on WAL if possible."""
    connection.isolation_level = None
    journal = _write_ahead(connection)
    if journal not in ("wal", "memory"):
        _say_once(_pragma(connection, "database_list", column=2), journal)
    # With WAL, NORMAL never corrupts the file; with a rollback journal, only FULL guarantees that.
    synchronous = "NORMAL" if journal == "wal" else "FULL"
    for pragma in (f"synchronous={synchronous}", "foreign_keys=ON", f"journal_size_limit={LARGEST_LOG}"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> str:
    """Turn on WAL and incremental vacuum in a new file; leave a file that has WAL as it is.

    Returns the resulting journal mode, which SQLite decides: "wal", or another if WAL is impossible.

    The change needs exclusive access. SQLite fails at once if another process opens the file at that moment, whatever
    the busy timeout. So it is tried again until the timeout is over.
    """
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if _pragma(connection, "journal_mode") == "wal":
                return "wal"
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # has an effect only before the first table
            return str(_pragma(connection, "journal_mode=WAL"))
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
        time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - no secret, only not all at the same time


@lru_cache
def _say_once(file: str, journal: str) -> None:
    """Print once why the store is slow, for the person who started this process."""
    print(
        f"run store: the file system of {file} cannot share memory between programs, as those of network drives often "
        f"cannot. SQLite keeps a journal ({journal}) in place of a write-ahead log: everything is safe, but readers "
        "and writers wait for each other. Choose a file on a disk of this machine: "
        "MNIST_DATABASE_URL=sqlite:////folder/runs.sqlite",
        file=sys.stderr,
        flush=True,
    )


def _pragma(connection: sqlite3.Connection, text: str, column: int = 0) -> Any:
    return connection.execute(f"PRAGMA {text}").fetchone()[column]


def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once in a transaction that will write.

    A deferred BEGIN that turns into a write later fails with "database is locked" whenever
    somebody else wrote in between, and no busy timeout helps against that.
    """
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
