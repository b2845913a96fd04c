"""The store reaches its limit: what can be had again goes first, and nothing that is pinned or not ended."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mnist_core import engine
from mnist_core.config import TrainConfig
from mnist_core.errors import UserError
from mnist_core.runs import (
    Checkpoint,
    Point,
    RunNotFound,
    RunStore,
    State,
    WorkQueue,
    announcement,
    make_room,
    schema,
    store_limit,
)
from mnist_core.runs.limit import ANNOUNCED_SECONDS, MOST_AT_ONCE
from mnist_core.runs.quotas import DEFAULT_STORE_LIMIT
from mnist_core.runs.sweeps import Sweeps
from mnist_core.sweeps.plan import Plan
from mnist_core.sweeps.space import Space
from mnist_core.trouble import Trouble

PART = 100_000
"""Bytes of each of the two blobs of a run."""
CONFIG = TrainConfig(epochs=1, batch_size=8192)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'runs.sqlite'}"


def add_run(store: RunStore, state: State = State.FINISHED) -> int:
    """A run of two blobs that has ended, or is paused or in a worker's hands."""
    run_id = store.submit(CONFIG)
    queue = WorkQueue(store)
    turn = queue.claim("worker", run_id)
    assert turn is not None
    step = turn.run.steps if state is State.FINISHED else 1
    checkpoint = Checkpoint(step, b"n" * PART, b"o" * PART)
    queue.record(turn, [Point(step, 1, 0.5, 0.8)], 1.0, checkpoint, release=state is not State.ACTIVE)
    if state is State.PAUSED:
        store.pause(run_id)
    return run_id


def test_runs_of_a_sweep_that_goes_on_stay_until_it_has_ended(store):
    sweep_id = Sweeps(store).submit(Plan(CONFIG, Space.parse({"hidden_units": "8, 16"})), owner="ada")
    number = add_run(store)
    with store.writing() as connection:
        connection.execute(schema.runs.update().where(schema.runs.c.id == number).values(sweep_id=sweep_id))
    make_all_room(store, PART)
    assert store.run(number).state is State.FINISHED
    Sweeps(store).cancel(sweep_id)
    make_all_room(store, PART)
    with pytest.raises(RunNotFound):
        store.run(number)


def make_all_room(store: RunStore, limit: int) -> None:
    while make_room(store, limit):
        pass


def has_state(store: RunStore, run_id: int) -> bool:
    query = sa.select(schema.blobs.c.step).where(schema.blobs.c.run_id == run_id, schema.blobs.c.kind == "optimizer")
    with store.reading() as connection:
        return connection.execute(query).first() is not None


def test_nothing_goes_below_the_limit(store):
    run_id = add_run(store)
    assert make_room(store, 3 * PART) is None
    assert has_state(store, run_id)
    assert announcement(store) == ""


def test_the_oldest_training_states_go_first(store):
    ids = [add_run(store) for _ in range(4)]
    make_all_room(store, 7 * PART)  # of 8; a tenth of it is made free: 6.3
    assert [has_state(store, run_id) for run_id in ids] == [False, False, True, True]
    assert all(store.network_bytes(run_id) for run_id in ids)
    assert announcement(store) == (
        "The run store reached its limit of 0.0007 GB. The training state of runs 1, 2 went: more epochs would train "
        "anew from the first. Whoever keeps most makes room. Pin a run to keep it."
    )


def test_then_the_oldest_ended_runs_go_and_those_deleted_by_people_before_them(store):
    ids = [add_run(store) for _ in range(4)]
    store.delete(ids[2])
    make_all_room(store, 3 * PART)
    assert [run.id for run in store.runs()] == [ids[1], ids[3]][::-1]
    with pytest.raises(RunNotFound):
        store.run(ids[0])
    with pytest.raises(RunNotFound):
        store.restore(ids[2])
    assert "went the oldest that had ended: runs 3, 1." in announcement(store)


def test_pinned_paused_and_training_runs_stay_whole_and_the_page_is_told(store):
    pinned = add_run(store)
    store.pin(pinned)
    ids = [pinned, add_run(store, State.PAUSED), add_run(store, State.ACTIVE), add_run(store)]
    make_all_room(store, PART)
    assert [run.id for run in store.runs()] == ids[2::-1]
    assert all(has_state(store, run_id) and store.network_bytes(run_id) for run_id in ids[:3])
    assert make_room(store, PART) is None
    assert "went the oldest" in announcement(store)


def test_when_nothing_may_go_it_says_so_once(store, capsys):
    store.pin(add_run(store))
    for _ in range(3):
        assert make_room(store, PART) is None
    words = "All that is left in it is pinned or not ended: delete or unpin runs to make room."
    assert words in announcement(store)
    assert capsys.readouterr().err.count(words) == 1


def test_many_runs_make_room_in_parts_and_one_announcement_tells_of_all(store):
    for _ in range(MOST_AT_ONCE + 5):
        add_run(store)
    freed = make_room(store, 10 * PART)
    assert freed is not None
    assert len(freed.states) == MOST_AT_ONCE
    make_all_room(store, 10 * PART)
    assert f"The training state of {MOST_AT_ONCE + 5} runs went" in announcement(store)


def test_the_announcement_is_over_after_a_day(store, monkeypatch):
    add_run(store)
    make_all_room(store, PART)
    assert announcement(store)
    now = schema.now
    monkeypatch.setattr(schema, "now", lambda connection: now(connection) + ANNOUNCED_SECONDS + 1)
    assert announcement(store) == ""


def test_a_run_without_its_training_state_starts_over_when_more_epochs_are_wanted(store):
    run_id = add_run(store)
    make_all_room(store, int(1.5 * PART))
    assert not has_state(store, run_id)
    store.extend(run_id)
    turn = WorkQueue(store).claim("worker")
    assert turn is not None
    assert turn.checkpoint is None
    assert (store.run(run_id).step, store.history(run_id).points) == (0, ())


@pytest.mark.parametrize(
    ("text", "size"),
    [("", DEFAULT_STORE_LIMIT), ("20000000", 20_000_000), ("500 MB", 500_000_000), ("1.5gb", 1_500_000_000)],
)
def test_the_limit_is_a_size_in_words_or_bytes(monkeypatch, text, size):
    monkeypatch.setenv("MNIST_STORE_LIMIT", text)
    assert store_limit() == size


@pytest.mark.parametrize("text", ["much", "5 XB", "-1 GB", "1 MB"])
def test_a_limit_that_makes_no_sense_is_said_and_the_app_still_starts(monkeypatch, database_url, text):
    monkeypatch.setenv("MNIST_STORE_LIMIT", text)
    with pytest.raises(UserError, match="MNIST_STORE_LIMIT must be a size of 10 MB or more"):
        store_limit()
    trouble = Trouble()
    monkeypatch.setattr(engine, "trouble", trouble)
    engine.start_workers().stop()
    assert "MNIST_STORE_LIMIT must be a size" in trouble.text
