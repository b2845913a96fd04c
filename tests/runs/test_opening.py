"""A store is opened: one that cannot be, one of another program's version, one on a network drive."""

import sqlite3
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore, State, StoreError, WorkQueue, schema, sqlite_file
from tests.support.databases import CHECKPOINT, both_databases, claim

SINCE: dict[str, dict[str, Any]] = {
    "runs": {"changed_settings": "{}", "pinned": 0, "imported": "", "architecture": "", "import_notes": ""}
    | {"notes": "", "tags": ""}
    | {"dataset_sha256": "", "deaths": 0, "failure": "", "judged_step": 0, "pruned": 0}
    | dict.fromkeys(("test_loss", "validation_loss", "validation_accuracy", "train_loss", "train_accuracy"))
    | dict.fromkeys(("sweep_id", "trial")),
    "progress": dict.fromkeys(("validation_loss", "validation_accuracy", "seconds")),
    "jobs": {"dataset_sha256": ""},
    "handwriting_sets": {"open": 1},
}
"""Columns that stores of earlier programs lack, and what their rows have there once they are opened."""
NEW_TABLES = ("drawings", "dataset_blobs", "datasets", "sweeps", "lesson_progress")
"""Tables that they lack."""


def row_of_each(store: RunStore) -> None:
    """One row in each table that was there before, as small as can be."""
    text = {"name": "kept", "owner": "", "nickname": "", "created_at": 0.0}
    rows: dict[sa.Table, dict[str, Any]] = {
        schema.runs: {"config": "{}", "dataset": "mnist", "state": "paused", "steps_per_epoch": 1, "updated_at": 0.0}
        | {"watched_at": 0.0, **text},
        schema.progress: {"run_id": 1, "step": 1, "epoch": 1, "loss": 0.5, "accuracy": 0.5},
        schema.jobs: {"kind": "npz", "owner": "", "nickname": "", "file_name": "", "state": "done"}
        | {"created_at": 0.0, "updated_at": 0.0},
        schema.handwriting_sets: {"class_names": "[]", **text},
    }
    with store.writing() as connection:
        for table, values in rows.items():
            connection.execute(table.insert().values(values))


@both_databases
def test_a_store_of_an_earlier_program_gets_what_came_since(store):
    row_of_each(store)
    with store.writing() as connection:
        for index in ("runs_by_sweep", "progress_tested"):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        for table in NEW_TABLES:
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for table, columns in SINCE.items():
            for column in columns:
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
    with RunStore.open(store.url) as later, later.reading() as connection:
        for table, columns in SINCE.items():
            row = connection.execute(sa.select(schema.metadata.tables[table])).mappings().one()
            assert {name: row[name] for name in columns} == columns, table
        inspector = sa.inspect(connection)
        assert set(NEW_TABLES) <= set(inspector.get_table_names())
        assert "runs_by_sweep" in {index["name"] for index in inspector.get_indexes("runs")}
        assert "progress_tested" in {index["name"] for index in inspector.get_indexes("progress")}


@both_databases
def test_store_of_another_version_is_left_alone(store):
    with store.writing() as connection:
        connection.execute(schema.meta.update().values(value="99"))
    with pytest.raises(
        StoreError, match=r"schema version 99, this program needs 1\. Use the program version that made"
    ):
        RunStore.open(store.url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "Expected in MNIST_DATABASE_URL"),
        ("sqlite:////proc/nowhere/runs.sqlite", "cannot be opened"),
        ("oracle://host/db", "cannot be opened"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/db", r"me:\*\*\*@127.*Check that the database is running"),
    ],
)
def test_bad_addresses_get_a_sentence(url, words):
    with pytest.raises(StoreError, match=words):
        RunStore.open(url)


def test_file_that_is_no_database_gets_a_sentence_and_is_left_alone(tmp_path):
    path = tmp_path / "runs.sqlite"
    path.write_bytes(b"This is a shopping list. " * 100)
    with pytest.raises(StoreError, match="damaged"):
        RunStore.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"This is a shopping list")


def test_a_file_that_somebody_reads_just_now_is_opened_once_they_have_done(tmp_path):
    """To write ahead, SQLite needs a file that does not yet for itself; it gives up at once, whatever the timeout."""
    path = tmp_path / "runs.sqlite"
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.execute("CREATE TABLE anything (value)")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM anything").fetchall()
    done = threading.Timer(0.1, lambda: reader.execute("COMMIT"))
    done.start()
    with RunStore.open(f"sqlite:///{path}") as store:
        assert store.runs() == []
        assert pragma(store, "journal_mode") == "wal"
    done.join()
    reader.close()


def pragma(store: RunStore, name: str) -> object:
    with store.reading() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


# -- on a network drive -------------------------------------------------------------------------


@pytest.fixture
def network_drive(monkeypatch):
    """From now on, files are opened as on a drive whose programs cannot share memory: SQLite has a mode for these."""
    connect = sqlite3.dbapi2.connect

    def connect_there(path, **options):
        return connect(f"file:{path}?vfs=unix-dotfile", uri=True, **options)

    def begin():
        sqlite_file._say_once.cache_clear()
        monkeypatch.setattr(sqlite3.dbapi2, "connect", connect_there)

    return begin


def test_where_memory_cannot_be_shared_a_store_works_safely_and_says_once_what_to_do(
    network_drive, database_url, capsys
):
    network_drive()
    with RunStore.open(database_url) as store:
        queue = WorkQueue(store)
        run_id = store.submit(TrainConfig())
        queue.record(claim(queue), [], 0.1, CHECKPOINT, release=True)
        assert claim(queue).checkpoint == CHECKPOINT
        assert (pragma(store, "journal_mode"), pragma(store, "synchronous")) == ("delete", 2), "2 is FULL"
    with RunStore.open(database_url) as again:
        assert again.run(run_id).step == 0
    said = capsys.readouterr().err
    assert said.count("cannot share memory between programs, as those of network drives") == 1
    assert "MNIST_DATABASE_URL=sqlite:////folder/runs.sqlite" in said


def test_where_memory_cannot_be_shared_readers_and_writers_wait_for_each_other(network_drive, database_url):
    network_drive()
    failures = []

    def work(name: str) -> None:
        try:
            with RunStore.open(database_url) as store:
                for _ in range(5):
                    store.pause(store.submit(TrainConfig(), owner=name))
                    store.runs()
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with RunStore.open(database_url) as store:
        assert [run.state for run in store.runs()] == [State.PAUSED] * 15


def test_a_file_that_was_copied_to_a_network_drive_is_left_alone_with_what_to_do(network_drive, store):
    """It writes ahead already, and SQLite does not open such a file where it cannot."""
    store.submit(TrainConfig())
    store.close()
    network_drive()
    with pytest.raises(StoreError, match=r"On a network drive: Copy the file to a disk of this machine"):
        RunStore.open(store.url)


def test_on_a_disk_of_this_machine_nothing_is_said(database_url, capsys):
    with RunStore.open(database_url) as store:
        assert (pragma(store, "journal_mode"), pragma(store, "synchronous")) == ("wal", 1), "1 is NORMAL"
    assert capsys.readouterr().err == ""
