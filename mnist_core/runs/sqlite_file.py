"""A store in a SQLite file: how it is opened, written, and recognised.

It writes ahead (WAL), so that readers and the one writer are never in each other's way, and can give free pages back to
the disk (see `vacuum`). Some file systems, of network drives above all, cannot share the memory that this needs: there
it keeps a rollback journal, with which readers and writers wait for each other.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mnist_core.runs.errors import StoreError

BUSY_SECONDS = 15.0
"""How long to wait for the write lock."""
LARGEST_LOG = 16_000_000
"""Bytes; a write-ahead log that has grown beyond is cut when SQLite begins it anew."""


def create_engine(url: sa.URL) -> sa.Engine:
    """Prepare to open the file of a SQLite address; makes its folder. Raises `OSError` if that cannot be."""
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        _watch(engine, OpenFile.at(Path(url.database)))
    sa.event.listen(engine, "begin", _begin)
    return engine


class OpenFile:
    """The file at a path while this process has it open, recognised by what it was when it was opened first.

    SQLite itself would go on, unnoticed, with a file that has been deleted, and make a new one for the next connection.
    All stores of a process that have a path open share what is known of it.
    """

    _all: dict[Path, OpenFile] = {}  # noqa: RUF012 - shared on purpose
    _lock = threading.Lock()

    def __init__(self, path: Path) -> None:
        self.path = path
        self._identity: tuple[int, int] | None = None
        self._users = 0

    @classmethod
    def at(cls, path: Path) -> OpenFile:
        """Return the one of a path, for one more user, who has to `close` it."""
        with cls._lock:
            file = cls._all.setdefault(path.absolute(), cls(path.absolute()))
            file._users += 1
            return file

    def close(self) -> None:
        """Forget the file once nobody uses it any more: whatever is there then may be opened."""
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._all.pop(self.path, None)

    def recognise(self) -> None:
        """Note which file it is, when it has just been opened."""
        if self._identity is None:
            self._identity = self._found()

    def require_same(self) -> None:
        """Raise `StoreError` if the file that was opened is no longer the one at its path. Takes microseconds."""
        if self._identity is not None and self._found() != self._identity:
            raise StoreError(
                f"The run store's file {self.path} was deleted or replaced while it was in use, and nothing more can "
                "be written to it. Put the file back where it was, or restart the app: it goes on with whatever file "
                "is there then, or begins a new, empty one."
            )

    def _found(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self.path)  # noqa: PTH116 - at each transaction: Path.stat takes half as long again
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _watch(engine: sa.Engine, file: OpenFile) -> None:
    """Have an engine refuse to go on with a file that is not the one it has opened first."""
    sa.event.listen(engine, "do_connect", lambda *_arguments: file.require_same())
    sa.event.listen(engine, "connect", lambda *_arguments: file.recognise())
    sa.event.listen(engine, "begin", lambda _connection: file.require_same())
    sa.event.listen(engine, "engine_disposed", lambda _engine: file.close(), once=True)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Leave transactions to us (the driver's own start too late and too weakly), and write ahead if that can be."""
    connection.isolation_level = None
    journal = _write_ahead(connection)
    if journal not in ("wal", "memory"):
        _say_once(_pragma(connection, "database_list", column=2), journal)
    # With a log, NORMAL keeps the file whole whatever happens; with a rollback journal, only FULL does.
    synchronous = "NORMAL" if journal == "wal" else "FULL"
    for pragma in (f"synchronous={synchronous}", "foreign_keys=ON", f"journal_size_limit={LARGEST_LOG}"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> str:
    """Turn a new file into one that writes ahead and can shrink again; a file that does is only looked at.

    Returns the journal that it has then, which SQLite alone decides: "wal", or another where that cannot be.

    To turn it, SQLite needs the file to itself, and gives up at once where somebody else opens it just then: the busy
    timeout does not count for that. So it is tried again, until the timeout is over.
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
    """Tell whoever started this process, once, why the store is slow."""
    print(
        f"run store: the file system of {file} cannot share memory between programs, as those of network drives often "
        f"cannot. SQLite keeps a journal ({journal}) in place of a write-ahead log: all is safe, but readers and "
        "writers wait for each other. Choose a file on a disk of this machine: MNIST_DATABASE_URL=sqlite:////folder/"
        "runs.sqlite",
        file=sys.stderr,
        flush=True,
    )


def _pragma(connection: sqlite3.Connection, text: str, column: int = 0) -> Any:
    return connection.execute(f"PRAGMA {text}").fetchone()[column]


def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once where a transaction will write.

    A deferred BEGIN that turns into a write later fails with "database is locked" whenever
    somebody else wrote in between, and no busy timeout helps against that.
    """
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
