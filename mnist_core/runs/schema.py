"""The tables, and the connection to them: a SQLite file (see `sqlite_file`), or PostgreSQL."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.exc import ArgumentError

from mnist_core.runs import sqlite_file
from mnist_core.runs.errors import StoreError, shown, translated_errors

SCHEMA_VERSION = 1
"""Goes up only when an older program could not use the store any more; new columns and tables do not count."""
CONNECT_SECONDS = 5
"""How long to wait for a database server that does not answer."""
DEFAULT_FOLDER = Path(__file__).parents[2] / "var"

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String(40), primary_key=True), Column("value", Text, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("config", Text, nullable=False),
    Column("dataset", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("step", Integer, nullable=False, default=0),
    Column("steps_per_epoch", Integer, nullable=False),
    Column("loss", Float(53)),
    Column("accuracy", Float(53)),
    Column("test_loss", Float(53)),
    Column("test_accuracy", Float(53)),
    Column("seconds", Float(53), nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("created_at", Float(53), nullable=False),
    Column("updated_at", Float(53), nullable=False),
    Column("deleted_at", Float(53)),
    Column("watched_at", Float(53), nullable=False),
    Column("pinned", Integer, nullable=False, server_default="0"),
    Column("imported", Text, nullable=False, server_default=""),
    # Of an imported network: its layers as JSON ("": those of its settings), and what it was to be told of, one a line.
    Column("architecture", Text, nullable=False, server_default=""),
    Column("import_notes", Text, nullable=False, server_default=""),
    Column("notes", Text, nullable=False, server_default=""),
    Column("tags", Text, nullable=False, server_default=""),  # in alphabetical order, with commas between
    # "" stands for MNIST, in runs of earlier programs.
    Column("dataset_sha256", String(64), nullable=False, server_default=""),
    # The queue: who holds the run until when, its turn number, when it was last claimed, and how many workers
    # have died holding it since anything was last written.
    Column("turn", Integer, nullable=False, default=0),
    Column("lease_owner", String(80)),
    Column("lease_until", Float(53)),
    Column("served_at", Float(53)),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("validation_loss", Float(53)),
    Column("validation_accuracy", Float(53)),
    # How the network that is in the store reads the images that it learned from; null until that is measured.
    Column("train_loss", Float(53)),
    Column("train_accuracy", Float(53)),
    Column("failure", String(20), nullable=False, server_default=""),
    # The sweep that the run belongs to (no foreign key: the run outlives it), the number of its setting there from 0,
    # up to which step the sweep has judged it, and whether it ended it for that.
    Column("sweep_id", Integer),
    Column("trial", Integer),
    Column("judged_step", Integer, nullable=False, server_default="0"),
    Column("pruned", Integer, nullable=False, server_default="0"),
    Index("runs_by_state", "state", "served_at"),
    Index("runs_by_owner", "owner", "state"),
    Index("runs_by_sweep", "sweep_id", "state"),
    sqlite_autoincrement=True,
)

progress = Table(
    "progress",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("loss", Float(53), nullable=False),
    Column("accuracy", Float(53), nullable=False),
    Column("test_loss", Float(53)),
    Column("test_accuracy", Float(53)),
    Column("validation_loss", Float(53)),
    Column("validation_accuracy", Float(53)),
    Column("seconds", Float(53)),
)
_TESTED = sa.text("test_accuracy IS NOT NULL")
# Holds the ends of epochs alone, and all that is asked of them: the best of a thousand runs without their curves.
Index(
    "progress_tested",
    progress.c.run_id,
    progress.c.test_accuracy,
    progress.c.epoch,
    sqlite_where=_TESTED,
    postgresql_where=_TESTED,
)

blobs = Table(
    "blobs",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE")),
    Column("run_step", Integer),
    Column("file_name", Text, nullable=False),
    Column("dataset_sha256", String(64), nullable=False, server_default=""),
    Column("state", String(10), nullable=False),
    Column("message", Text, nullable=False, default=""),
    Column("created_at", Float(53), nullable=False),
    Column("updated_at", Float(53), nullable=False),
    # As for runs: who does the job until when, its turn number, and how many workers have died of it.
    Column("turn", Integer, nullable=False, default=0),
    Column("lease_owner", String(80)),
    Column("lease_until", Float(53)),
    Column("deaths", Integer, nullable=False, default=0),
    Index("jobs_by_state", "state", "created_at"),
    sqlite_autoincrement=True,
)

job_blobs = Table(
    "job_blobs",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

datasets = Table(
    "datasets",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("class_names", Text, nullable=False),
    Column("train_images", Integer, nullable=False),
    Column("test_images", Integer, nullable=False),
    Column("mixture", Text, nullable=False, default=""),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("created_at", Float(53), nullable=False),
)

dataset_blobs = Table(
    "dataset_blobs",
    metadata,
    Column("dataset", ForeignKey("datasets.sha256", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("dataset", String(80), nullable=False),
    Column("dataset_sha256", String(64), nullable=False),
    Column("config", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("sampler", String(10), nullable=False),
    Column("trials", Integer, nullable=False),
    Column("seeds", Integer, nullable=False),
    Column("limit_seconds", Float(53)),
    Column("pruning", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("message", Text, nullable=False, default=""),
    # How many of the planned runs were begun or passed over, and what was found at the end, as JSON.
    Column("made", Integer, nullable=False, default=0),
    Column("importance", Text, nullable=False, default=""),
    Column("created_at", Float(53), nullable=False),
    Column("updated_at", Float(53), nullable=False),
    Column("watched_at", Float(53), nullable=False),
    # As for runs and jobs: who advances the sweep until when, the turn number, and how many workers have died of it.
    Column("turn", Integer, nullable=False, default=0),
    Column("lease_owner", String(80)),
    Column("lease_until", Float(53)),
    Column("deaths", Integer, nullable=False, default=0),
    Index("sweeps_by_state", "state", "owner"),
    sqlite_autoincrement=True,
)

handwriting_sets = Table(
    "handwriting_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("class_names", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("deleted_at", Float(53)),
    Column("open", Integer, nullable=False, server_default="1"),  # whether others may add drawings
    sqlite_autoincrement=True,
)

drawings = Table(
    "drawings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("set_id", ForeignKey("handwriting_sets.id", ondelete="CASCADE"), nullable=False),
    Column("image", LargeBinary, nullable=False),  # 28 × 28 bytes, as the network saw it
    Column("label", Integer, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("nickname", Text, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("deleted_at", Float(53)),
    Index("drawings_by_set", "set_id"),
    sqlite_autoincrement=True,
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("ready", Integer, nullable=False),
    Column("seen_at", Float(53), nullable=False),
    Column("speed", Float(53)),
)


def default_url() -> str:
    """Return MNIST_DATABASE_URL, or a SQLite file in the project's own `var` folder."""
    return os.environ.get("MNIST_DATABASE_URL") or f"sqlite:///{DEFAULT_FOLDER / 'runs.sqlite'}"


def file_of(url: str) -> Path | None:
    """Return the file in which the store at `url` is; None if it is on a server, or the address makes no sense."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def connect(url: str) -> sa.Engine:
    """Open the database, make its tables if they are missing, and check their version.

    Raises `StoreError` if the address is malformed, the database unreachable, or its schema another one.
    """
    try:
        engine = _create_engine(url)
    except (ArgumentError, ImportError, OSError) as error:
        raise StoreError(
            f"The run store cannot be opened at {shown(url)}: {error}. Expected in MNIST_DATABASE_URL: "
            "sqlite:////folder/runs.sqlite, or postgresql+psycopg://user:password@host/database, "
            "which needs the packages of requirements-cluster.txt."
        ) from None
    try:
        with translated_errors(engine), engine.begin() as connection:
            _make_tables(connection, url)
    except Exception:
        engine.dispose()
        raise
    return engine


def is_postgresql(connection: sa.Connection) -> bool:
    """Tell which of the two databases this is."""
    return connection.dialect.name == "postgresql"


def now(connection: sa.Connection) -> float:
    """Return the seconds since 1970 by the database's clock, so that leases hold between hosts whose clocks differ.

    A SQLite file is used by one host alone, whose clock is the database's.
    """
    if is_postgresql(connection):
        return float(connection.scalar(sa.select(sa.extract("epoch", sa.func.clock_timestamp()))) or 0)
    return time.time()


def read_options(engine: sa.Engine) -> dict[str, Any]:
    """Return what makes a transaction of this engine see one consistent state, and never wait for a writer."""
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {"reading": True}


def _create_engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        timeout = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args=timeout)
    return sqlite_file.create_engine(parsed)


def _make_tables(connection: sa.Connection, url: str) -> None:
    """Make what is missing, in one transaction that nobody else can be in at the same time."""
    if is_postgresql(connection):  # two that make the same table at once would be in each other's way
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SCHEMA_VERSION)))
    metadata.create_all(connection)
    _check_version(connection, url)
    _add_missing_columns(connection)


def _check_version(connection: sa.Connection, url: str) -> None:
    found = connection.scalar(sa.select(meta.c.value).where(meta.c.key == "schema_version"))
    if found is None:
        connection.execute(meta.insert().values(key="schema_version", value=str(SCHEMA_VERSION)))
    elif found != str(SCHEMA_VERSION):
        raise StoreError(
            f"The run store {shown(url)} has schema version {found}, this program needs {SCHEMA_VERSION}. "
            "Use the program version that made it, or move the file away to start with an empty store."
        )


def _add_missing_columns(connection: sa.Connection) -> None:
    """Give tables of an earlier program the columns and indexes that came since.

    Each of these columns may be null or has a default.
    """
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                definition = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {definition}')
        for index in table.indexes:
            index.create(connection, checkfirst=True)
