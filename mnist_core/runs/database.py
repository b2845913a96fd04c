"""An open database of a run store, and the two kinds of transactions that everything else uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mnist_core.runs import clock, open_database
from mnist_core.runs.errors import translated_errors


class Database:
    """An open database; safe to share between threads and processes."""

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL. Raises `StoreError` if that fails."""
        self.url = url
        self.engine = open_database.connect(url)
        self._turn_to_write = open_database.turn_to_write(self.engine)
        self._reader = self.engine.execution_options(**open_database.read_options(self.engine))

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Open `url`, else MNIST_DATABASE_URL, else `var/runs.sqlite` in the project folder."""
        return cls(url or open_database.default_url())

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a read-only transaction. It sees one consistent state and never blocks a writer."""
        with translated_errors(self.engine), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a transaction that holds the write lock from its start. An error rolls it back."""
        with self._turn_to_write, translated_errors(self.engine), self.engine.begin() as connection:
            yield connection

    def require_usable(self) -> None:
        """Raise `StoreError` if the database does not answer, or its file has been replaced since it was opened."""
        with self.reading() as connection:
            connection.execute(sa.select(1))

    def now(self) -> float:
        """Return the seconds since 1970 by the database's clock. All times in the store are by this clock."""
        with self.reading() as connection:
            return clock.now(connection)


def upsert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or overwrite those with the same primary key."""
    dialect = postgresql if open_database.is_postgresql(connection) else sqlite
    insert = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changes = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changes), rows)
