"""The store reaches its limit: what can be had again goes first, and nothing that is pinned or not ended."""

from __future__ import annotations

import json

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.errors import UserError
from mnist_core.evaluation.ended_epoch import EpochPredictions
from mnist_core.evaluation.network_snapshot import Snapshot
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import (
    RunNotFound,
    RunStore,
    State,
    WorkQueue,
    enforce_store_limit,
    retention_notice,
    schema,
    store_limit,
)
from mnist_core.runs.epoch_store import EpochStore
from mnist_core.runs.retention import size
from mnist_core.runs.snapshot_store import SnapshotStore
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.workers import supervisor
from mnist_core.workers.problems import Problems
from tests.support import databases
from tests.support.databases import CONFIG, both_databases, change, claim

PART = 10_000
"""Bytes of each of the two blobs of a run."""
NOTHING_MAY_GO = "Everything left in it is pinned or has not ended: delete or unpin runs to make room."


def add_run(store: RunStore, state: State = State.FINISHED, part: int = PART) -> int:
    return databases.add_run(store, state, network=part, optimizer=part)


def taken(store: RunStore) -> int:
    """The bytes of all networks and training states in the store."""
    with store.reading() as connection:
        return sum(len(data) for data in connection.scalars(sa.select(schema.blobs.c.data)))


@both_databases
def test_runs_of_a_sweep_that_goes_on_stay_until_it_has_ended(store):
    sweep_id = SweepStore(store).submit(Plan(CONFIG, Space.parse({"hidden_units": "8, 16"})), owner="ada")
    number = add_run(store)
    with store.writing() as connection:
        connection.execute(schema.runs.update().where(schema.runs.c.id == number).values(sweep_id=sweep_id))
    make_all_room(store, PART)
    assert store.run(number).state is State.FINISHED
    SweepStore(store).cancel(sweep_id)
    make_all_room(store, PART)
    with pytest.raises(RunNotFound):
        store.run(number)


def make_all_room(store: RunStore, limit: int) -> None:
    while enforce_store_limit(store, limit):
        pass


def has_state(store: RunStore, run_id: int) -> bool:
    query = sa.select(schema.blobs.c.step).where(schema.blobs.c.run_id == run_id, schema.blobs.c.kind == "optimizer")
    with store.reading() as connection:
        return connection.execute(query).first() is not None


def test_nothing_goes_below_the_limit(store):
    run_id = add_run(store)
    assert enforce_store_limit(store, 3 * PART) is None
    assert has_state(store, run_id)
    assert retention_notice(store) == ""


@both_databases
def test_the_oldest_training_states_go_first(store):
    ids = [add_run(store) for _ in range(4)]
    make_all_room(store, 7 * PART)  # of 8; a tenth of it is made free: 6.3
    assert [has_state(store, run_id) for run_id in ids] == [False, False, True, True]
    assert all(store.network_bytes(run_id) for run_id in ids)
    assert retention_notice(store) == (
        "The run store reached its limit of 7e-05 GB. The training state of runs 1, 2 was deleted: more epochs start "
        "again from the first. The runs of the person who keeps most are deleted first. Pin a run to keep it."
    )


@both_databases
def test_then_the_oldest_ended_runs_go_and_those_deleted_by_people_before_them(store):
    ids = [add_run(store) for _ in range(4)]
    store.delete(ids[2])
    make_all_room(store, 3 * PART)
    assert [run.id for run in store.runs()] == [ids[1], ids[3]][::-1]
    with pytest.raises(RunNotFound):
        store.run(ids[0])
    with pytest.raises(RunNotFound):
        store.restore(ids[2])
    assert "The oldest runs that had ended were deleted: runs 3, 1." in retention_notice(store)


def test_pinned_paused_and_training_runs_stay_whole_and_the_page_is_told(store):
    pinned = add_run(store)
    store.pin(pinned)
    ids = [pinned, add_run(store, State.PAUSED), add_run(store, State.ACTIVE), add_run(store)]
    make_all_room(store, PART)
    assert [run.id for run in store.runs()] == ids[2::-1]
    assert all(has_state(store, run_id) and store.network_bytes(run_id) for run_id in ids[:3])
    assert enforce_store_limit(store, PART) is None
    assert "The oldest runs that had ended" in retention_notice(store)


def test_when_nothing_may_go_it_says_so_once(store, capsys):
    store.pin(add_run(store))
    for _ in range(3):
        assert enforce_store_limit(store, PART) is None
    assert NOTHING_MAY_GO in retention_notice(store)
    assert capsys.readouterr().err.count(NOTHING_MAY_GO) == 1


def test_when_nothing_more_may_go_it_says_so_once_and_what_went_before_is_told_for_a_day(store, set_clock, capsys):
    store.pin(add_run(store))
    gone = add_run(store)
    make_all_room(store, PART)
    for hours in (1, 12, 23):
        set_clock(hours * 3600)
        assert enforce_store_limit(store, PART) is None
        assert f"deleted: run {gone}." in retention_notice(store)
    assert capsys.readouterr().err.count(NOTHING_MAY_GO) == 1
    set_clock(25 * 3600)
    assert enforce_store_limit(store, PART) is None
    assert retention_notice(store) == ""


def test_it_is_said_again_that_nothing_may_go_after_there_was_room(store, capsys):
    pinned = [add_run(store) for _ in range(2)]
    for run_id in pinned:
        store.pin(run_id)
    enforce_store_limit(store, 3 * PART)
    store.delete(pinned[0])
    change(store, schema.runs, deleted_at=0.0, updated_at=0.0)
    enforce_store_limit(store, 3 * PART)
    assert retention_notice(store) == ""
    for _ in range(2):
        store.pin(add_run(store))
    enforce_store_limit(store, 3 * PART)
    assert NOTHING_MAY_GO in retention_notice(store)
    assert capsys.readouterr().err.count(NOTHING_MAY_GO) == 2


def test_a_tidy_makes_a_tenth_of_the_limit_free_and_no_more(store):
    """20 runs of 2,000 bytes, and 80 for the row of each curve: 41,600. A tenth below 40,000 they have 36,000."""
    for _ in range(20):
        add_run(store, part=1000)
    make_all_room(store, 40_000)
    assert taken(store) + 20 * 80 == 35_600, "six training states have gone, and five would have been too few"


def test_curves_count_as_well(store, queue):
    """1,000 points of 80 bytes each."""
    run_id = store.submit(CONFIG)
    queue.record(
        claim(queue), [ProgressPoint(step, 1, 0.5, 0.8) for step in range(1000)], 1.0, Checkpoint(8, b"n", b"o")
    )
    with store.reading() as connection:
        assert size(connection) == 80_000 + 2
    assert enforce_store_limit(store, 80_002) is None
    make_all_room(store, 80_000)
    with pytest.raises(RunNotFound):
        store.run(run_id)


def test_snapshots_count_as_well_and_go_with_their_run(store, queue):
    """1,000 bytes of a network and a training state, and what a dozen units and a dozen images take in letters."""
    run_id = store.submit(CONFIG)
    weights = np.zeros((12, 784), np.int8)
    snapshot = Snapshot(8, tuple(range(12)), weights, 0.1, (0,) * 12, (7,) * 12, (0.5,) * 12)
    queue.record(claim(queue), [], 1.0, Checkpoint(8, b"n" * 500, b"o" * 500), snapshots=[snapshot])
    with store.reading() as connection:
        assert size(connection) == 1000 + len(snapshot.to_json())
    make_all_room(store, 1)
    with pytest.raises(RunNotFound):
        store.run(run_id)
    assert SnapshotStore(store).of(run_id) == []


@both_databases
def test_no_more_runs_go_than_it_takes_where_most_of_a_run_are_its_snapshots(store):
    """Ten runs of 10,000 bytes of snapshots and 100 others, 10 of them a training state. 85,500 are to be left."""
    ids = [add_run(store, part=10) for _ in range(10)]
    with store.writing() as connection:
        rows = [{"run_id": run_id, "step": 8, "lasting": 1, "data": b"s" * 10_000} for run_id in ids]
        connection.execute(schema.snapshots.insert(), rows)
    make_all_room(store, 95_000)
    assert [run.id for run in store.runs()] == ids[:1:-1]


@both_databases
def test_networks_of_epochs_go_after_the_training_states_and_before_whole_runs(store):
    """Two runs of 20,000 bytes, half of them a training state, and 10,000 of an epoch. 32,400 are to be left."""
    ids = [add_run(store) for _ in range(2)]
    with store.writing() as connection:
        rows = [{"run_id": run_id, "epoch": 1, "kind": "network", "data": b"w" * PART} for run_id in ids]
        connection.execute(schema.epochs.insert(), rows)
        assert size(connection) == 6 * PART + 2 * 80
    make_all_room(store, 36_000)
    assert [(has_state(store, run_id), EpochStore(store).with_network(run_id)) for run_id in ids] == [
        (False, []),
        (False, [1]),
    ]
    assert "The weights of earlier epochs of run 1 were deleted." in retention_notice(store)
    make_all_room(store, 20_000)
    assert [run.id for run in store.runs()] == [ids[1]]
    assert "deleted: run 1." in retention_notice(store)


def test_predictions_of_epochs_count_and_go_with_their_run(store):
    run_id = add_run(store)
    with store.writing() as connection:
        data = EpochPredictions.of(1, np.full((500, 10), 0.1)).to_bytes()
        connection.execute(schema.epochs.insert(), {"run_id": run_id, "epoch": 1, "kind": "predictions", "data": data})
        assert size(connection) == 2 * PART + 80 + 1000
    make_all_room(store, PART)
    assert store.runs() == []
    assert EpochStore(store).predictions(run_id) == []


def test_many_runs_make_room_in_parts_and_one_announcement_tells_of_all(store):
    for _ in range(55):
        add_run(store)
    freed = enforce_store_limit(store, 10 * PART)
    assert freed is not None
    assert len(freed.states) == 50, "so many at a time, that nobody waits long"
    make_all_room(store, 10 * PART)
    assert "The training state of 55 runs was deleted" in retention_notice(store)


def test_large_runs_make_room_in_smaller_parts(store, monkeypatch):
    monkeypatch.setattr("mnist_core.runs.retention.MOST_BYTES_AT_ONCE", 3 * PART)
    for _ in range(10):
        add_run(store)
    freed = enforce_store_limit(store, PART)
    assert freed is not None
    assert (len(freed.states), freed.runs) == (3, ())


def test_at_another_limit_it_is_said_again_that_nothing_may_go(store):
    store.pin(add_run(store))
    for limit in (PART, 2 * PART - 1):
        assert enforce_store_limit(store, limit) is None
    assert "reached its limit of 1.9999e-05 GB" in retention_notice(store)


def test_an_announcement_tells_only_of_what_went_within_a_day_and_at_the_same_limit(store, set_clock):
    first = add_run(store)
    make_all_room(store, PART)
    set_clock(23 * 3600)
    second = add_run(store)
    make_all_room(store, PART)
    assert f"runs {first}, {second}." in retention_notice(store)
    set_clock(48 * 3600)
    third = add_run(store)
    make_all_room(store, PART)
    assert f": run {third}." in retention_notice(store)
    add_run(store)
    make_all_room(store, PART - 1)
    assert f": run {third + 1}." in retention_notice(store)


def test_what_went_more_than_a_day_ago_is_told_no_more_however_often_something_goes(store, set_clock):
    gone = []
    for hours in (0, 10, 20, 30):
        set_clock(hours * 3600)
        gone.append(add_run(store))
        make_all_room(store, PART)
    assert f"deleted: runs {gone[1]}, {gone[2]}, {gone[3]}." in retention_notice(store)
    set_clock(45 * 3600)
    assert f"deleted: run {gone[3]}." in retention_notice(store)


@pytest.mark.parametrize(("gone", "words"), [([7], "deleted: run 7."), ([], NOTHING_MAY_GO)])
def test_the_announcement_of_an_earlier_version_is_read(store, set_clock, gone, words):
    """It had one time for everything."""
    text = {"limit": PART, "at": store.now(), "states": [], "runs": gone, "networks": []}
    with store.writing() as connection:
        connection.execute(schema.meta.insert().values(key="freed", value=json.dumps(text)))
    assert words in retention_notice(store)
    run_id = add_run(store)
    make_all_room(store, PART)
    assert f"{', '.join(map(str, [*gone, run_id]))}." in retention_notice(store)
    set_clock(25 * 3600)
    assert retention_notice(store) == ""


@pytest.mark.parametrize(("count", "words"), [(1, "run 1."), (12, ", 11, 12."), (13, "13 runs.")])
def test_up_to_twelve_runs_are_named(store, count, words):
    for _ in range(count):
        add_run(store)
    make_all_room(store, 1)
    assert words in retention_notice(store)


@pytest.mark.parametrize("state", [State.FINISHED, State.STOPPED, State.FAILED])
def test_runs_that_have_ended_may_go_however_they_ended(store, state):
    run_id = add_run(store, state)
    make_all_room(store, 1)
    with pytest.raises(RunNotFound):
        store.run(run_id)


def test_imported_networks_neither_count_nor_go(store):
    """They have a limit of their own, and nobody could have them again."""
    imported = add_run(store)
    change(store, schema.runs, imported="a.keras")
    with store.reading() as connection:
        assert size(connection) == 80, "the row of its curve, which other imports do not have"
    trained = add_run(store)
    make_all_room(store, 1)
    assert [run.id for run in store.runs()] == [imported]
    assert has_state(store, imported)
    with pytest.raises(RunNotFound):
        store.run(trained)


def test_the_oldest_is_whichever_nobody_has_touched_for_longest(store, set_clock):
    ids = [add_run(store) for _ in range(3)]
    set_clock(60)
    store.rename(ids[0], "still of interest")
    make_all_room(store, 5 * PART)  # of 6; 4.5 and their curves are left
    assert [has_state(store, run_id) for run_id in ids] == [True, False, False]
    make_all_room(store, 2 * PART)
    assert [run.id for run in store.runs()] == ids[:1]


def test_whoever_has_imported_much_makes_no_more_room_for_that(store):
    add_run(store, part=5 * PART)
    change(store, schema.runs, owner="imports", imported="a.keras")
    theirs = databases.add_run(store, owner="imports", network=PART, optimizer=PART)
    most = [databases.add_run(store, owner="trains", network=PART, optimizer=PART) for _ in range(2)]
    make_all_room(store, 6 * PART)
    assert [has_state(store, run_id) for run_id in (theirs, *most)] == [True, False, True]


def test_what_was_deleted_more_than_a_day_ago_goes_first(store, set_clock):
    kept, deleted = add_run(store), add_run(store)
    store.delete(deleted)
    set_clock(25 * 3600)
    assert enforce_store_limit(store, 3 * PART) is None, "there is room again without anything else"
    assert has_state(store, kept)
    with pytest.raises(RunNotFound):
        store.run(deleted)


def test_the_announcement_is_over_after_a_day(store, set_clock):
    add_run(store)
    make_all_room(store, PART)
    for hours, told in ((23, True), (25, False)):
        set_clock(hours * 3600)
        assert bool(retention_notice(store)) is told


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
    [
        ("", 5_000_000_000),
        ("10 MB", 10_000_000),
        ("20000000", 20_000_000),
        ("500 MB", 500_000_000),
        ("1.5gb", 1_500_000_000),
    ],
)
def test_the_limit_is_a_size_in_words_or_bytes(monkeypatch, text, size):
    monkeypatch.setenv("MNIST_STORE_LIMIT", text)
    assert store_limit() == size


@pytest.mark.parametrize("text", ["much", "5 XB", "-1 GB", "9.9 MB"])
def test_a_limit_that_makes_no_sense_is_said_and_the_app_still_starts(monkeypatch, database_url, text):
    monkeypatch.setenv("MNIST_STORE_LIMIT", text)
    with pytest.raises(UserError, match="MNIST_STORE_LIMIT must be a size of 10 MB or more"):
        store_limit()
    problems = Problems()
    monkeypatch.setattr(supervisor, "problems", problems)
    supervisor.start_workers().stop()
    assert "MNIST_STORE_LIMIT must be a size" in problems.text
