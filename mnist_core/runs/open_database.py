"""Opens the database of a run store: a SQLite file (see `sqlite_file`), or PostgreSQL. Makes and updates its tables."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from mnist_core.runs import sqlite_file
from mnist_core.runs.errors import StoreError, shown, translated_errors
from mnist_core.runs.run_rows import fill_changed_settings
from mnist_core.runs.schema import SCHEMA_VERSION, meta, metadata

CONNECT_SECONDS = 5
"""How long to wait for a database server that does not answer."""
DEFAULT_FOLDER = Path(__file__).parents[2] / "var"


def default_url() -> str:
    """Return MNIST_DATABASE_URL, or a SQLite file in the project's own `var` folder."""
    return os.environ.get("MNIST_DATABASE_URL") or f"sqlite:///{DEFAULT_FOLDER / 'runs.sqlite'}"


def file_of(url: str) -> Path | None:
    """Return the file of the store at `url`; None if the store is on a server, or the URL is malformed."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def connect(url: str) -> sa.Engine:
    """Open the database, create missing tables and check the schema version.

    Raises `StoreError` if the URL is malformed, the database unreachable, or its schema of another version.
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
    """Whether the database is PostgreSQL rather than SQLite."""
    return connection.dialect.name == "postgresql"


def read_options(engine: sa.Engine) -> dict[str, Any]:
    """Return the options of a transaction that sees one consistent state and never waits for a writer."""
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {"reading": True}


def turn_to_write(engine: sa.Engine) -> AbstractContextManager[object]:
    """Return what a thread holds while it writes: in a SQLite file, the threads of a process write one by one."""
    path = sqlite_file.path_of(engine.url) if engine.dialect.name == "sqlite" else None
    return sqlite_file.turn_to_write(path.absolute()) if path else nullcontext()


def _create_engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        timeout = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args=timeout)
    return sqlite_file.create_engine(parsed)


def _make_tables(connection: sa.Connection, url: str) -> None:
    """Create what is missing, in one transaction that excludes all others."""
    if is_postgresql(connection):  # creating the same table twice at the same time fails
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SCHEMA_VERSION)))
    inspector = sa.inspect(connection)
    present = [table for table in metadata.sorted_tables if inspector.has_table(table.name)]
    missing = [table for table in metadata.sorted_tables if table not in present]
    metadata.create_all(connection, missing, checkfirst=False)
    _check_version(connection, url)
    _add_missing_columns(connection, present)
    fill_changed_settings(connection)


def _check_version(connection: sa.Connection, url: str) -> None:
    found = connection.scalar(sa.select(meta.c.value).where(meta.c.key == "schema_version"))
    if found is None:
        connection.execute(meta.insert().values(key="schema_version", value=str(SCHEMA_VERSION)))
    elif found != str(SCHEMA_VERSION):
        raise StoreError(
            f"The run store {shown(url)} has schema version {found}, this program needs {SCHEMA_VERSION}. "
            "Use the program version that made it, or move the file away to start with an empty store."
        )


def _add_missing_columns(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Add the columns and indexes that these tables lack, which may be those of an earlier version.

    Each of these columns is nullable or has a default.
    """
    inspector = sa.inspect(connection)
    for table in tables:
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                definition = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {definition}')
        indexed = {index["name"] for index in inspector.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexed:
                index.create(connection)
