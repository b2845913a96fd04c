"""SQLAlchemy compiles a statement once for all databases of the tests, as it does once for the one of a running app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Let all engines share what they compile: a sixth of the time of tests that ask their own SQLite file much.

    An engine looks a compiled statement up by its dialect, of which each has its own. All those of SQLite are the same.
    """
    compiled: LRUCache[Any, Any] = LRUCache(5000)
    make_engine = sa.Engine.__init__

    def make_engine_with_shared_cache(engine: sa.Engine, *arguments: Any, **options: Any) -> None:
        make_engine(engine, *arguments, **options)
        engine._compiled_cache = compiled

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda it, other: type(it) is type(other))
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda it: hash(type(it)))
        patch.setattr(sa.Engine, "__init__", make_engine_with_shared_cache)
        yield
