"""What visitors may bring along and have going: an upload is refused before it costs somebody else anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.errors import UserError
from mnist_core.evaluation import Score
from mnist_core.runs import (
    TERMINAL,
    Asker,
    Checkpoint,
    DatasetShelf,
    Handwriting,
    ImportedNetwork,
    JobQueue,
    Ledger,
    Point,
    QuotaReached,
    RunStore,
    State,
    WorkQueue,
    make_room,
    queue_limit,
    schema,
)
from mnist_core.runs.limit import size
from mnist_core.runs.quotas import EACH, HANDWRITING, IMPORTS
from mnist_core.runs.sweeps import MOST_GOING, Sweeps, TooManySweeps
from mnist_core.sweeps.plan import Plan
from mnist_core.sweeps.space import Space
from tests.idx_server import small_dataset
from tests.visits import ME, SOMEBODY_ELSE

LIMIT = 20_000_000
"""Bytes that the runs of these stores may take: 20 MB."""
PART = 1_000_000
CONFIG = TrainConfig(epochs=1, batch_size=8192)
TEACHER = f"{TERMINAL}teacher"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path, monkeypatch) -> str:
    monkeypatch.setenv("MNIST_STORE_LIMIT", str(LIMIT))
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'runs.sqlite'}"


def trained(store: RunStore, owner: str, network: int = PART, optimizer: int = PART) -> int:
    """A finished run of `owner` with so many bytes."""
    run_id = store.submit(CONFIG, owner=owner)
    turn = WorkQueue(store).claim("worker", run_id)
    assert turn is not None
    checkpoint = Checkpoint(turn.run.steps, b"n" * network, b"o" * optimizer)
    WorkQueue(store).record(turn, [Point(turn.run.steps, 1, 0.5, 0.8)], 1.0, checkpoint)
    return run_id


def bring_dataset(store: RunStore, owner: str, seed: int, count: int = 1000) -> str:
    """Add a dataset of `owner` that cannot be packed: 784 bytes an image. Return its sha256."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    labels = np.arange(count, dtype=np.uint8) % 3
    name = f"noise {owner[:4]} {seed}"
    dataset = replace(small_dataset(), name=name, train_images=images, train_labels=labels)
    return DatasetShelf(store).add(dataset, owner).sha256


def bring_network(store: RunStore, owner: str, _number: int = 0, network: int = PART) -> int:
    queue = JobQueue(store)
    queue.submit_import(b"keras", "mine.keras", owner, "")
    job = queue.claim("worker")
    assert job is not None
    try:
        return queue.finish_import(job, ImportedNetwork(b"n" * network, CONFIG, Score(0.1, 0.9)))
    except UserError as error:
        queue.fail(job, str(error))
        raise


def draw(store: RunStore, owner: str, seed: int, count: int = 100) -> None:
    handwriting = Handwriting(store)
    sets = [it.id for it in handwriting.sets() if it.owner == owner]
    set_id = sets[0] if sets else handwriting.create(f"of {owner[:4]}", ["0", "1"], owner, "")
    images = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    handwriting._keep(set_id, images, np.zeros(count, dtype=np.uint8), owner, "")


def until_refused(bring: Callable[[int], object]) -> tuple[int, str]:
    """Bring one after another until that is refused; return how many were taken, and what was said."""
    for number in range(200):
        try:
            bring(number)
        except QuotaReached as refused:
            return number, str(refused)
    raise AssertionError("nothing was refused")


UPLOADS: dict[str, Callable[[RunStore, str, int], object]] = {
    "datasets": bring_dataset,
    "imported networks": bring_network,
    "drawings": draw,
}


@pytest.mark.parametrize("what", list(UPLOADS))
def test_no_upload_of_a_visitor_costs_somebody_elses_run(store, what):
    """As many datasets, networks or drawings as one visitor can bring, in a store whose runs are at their limit."""
    mine = [trained(store, ME) for _ in range(9)]  # 18 of 20 MB
    before = sum(held(store))
    taken, said = until_refused(lambda number: UPLOADS[what](store, SOMEBODY_ELSE, number))
    assert taken >= 1
    assert f"Your {what} take" in said
    assert "delete some of yours first" in said
    assert "MNIST_STORE_LIMIT" in said
    assert sum(held(store)) - before <= LIMIT * 0.2 * EACH
    while make_room(store, LIMIT):
        pass
    assert [run.id for run in store.runs(ME)] == mine[::-1]
    assert all(store.checkpoint(run_id) for run_id in mine)


def held(store: RunStore) -> list[int]:
    """The bytes of everything in the store that people bring along, or train."""
    with store.reading() as connection:
        columns = (schema.blobs.c.data, schema.dataset_blobs.c.data, schema.job_blobs.c.data, schema.drawings.c.image)
        return [connection.scalar(sa.select(sa.func.sum(sa.func.length(column)))) or 0 for column in columns]


def test_one_visitor_leaves_room_for_others_and_all_together_do_not_fill_the_disk(store):
    def as_much_as(who: int) -> tuple[int, str]:
        return until_refused(lambda number: bring_dataset(store, str(who) * 32, 10 * who + number))

    counts = [as_much_as(who) for who in range(5)]
    assert [taken for taken, _ in counts] == [1, 1, 1, 1, 0]
    assert "Everybody's datasets together fill the 4 MB" in counts[-1][1]


def test_what_is_larger_than_one_person_may_keep_is_said_to_be(store):
    with pytest.raises(QuotaReached, match=r"takes \d.* MB, and one person may keep 1 MB of datasets here"):
        bring_dataset(store, ME, 1, count=2000)


@pytest.mark.parametrize("owner", [TEACHER, ""])
def test_limits_are_for_visitors_and_not_for_the_terminal(store, owner):
    for number in range(4):
        bring_dataset(store, owner, number, count=1500)
    bring_dataset(store, ME, 99)
    for _ in range(queue_limit() + 1):
        store.submit(CONFIG, owner=owner)


def test_what_somebody_has_deleted_makes_room_for_what_they_bring(store):
    taken, _ = until_refused(lambda number: bring_network(store, ME, number, PART // 2))
    assert taken == LIMIT * IMPORTS.share * EACH / (PART // 2)
    Ledger(store).delete([store.runs(ME)[-1].id])
    assert bring_network(store, ME, 0, PART // 2)
    with pytest.raises(QuotaReached):
        bring_network(store, ME, 0, PART // 2)


def test_drawings_taken_out_of_a_set_make_room_for_others(store):
    most = int(LIMIT * HANDWRITING.share * EACH) // 784
    draw(store, ME, 1, count=most)
    with pytest.raises(QuotaReached, match=r"Your drawings take 0.5 MB of the 0.5 MB"):
        draw(store, ME, 2, count=1)
    handwriting = Handwriting(store)
    handwriting.remove(handwriting.drawings(handwriting.sets()[0].id).ids[:1], Asker(ME))
    draw(store, ME, 2, count=1)


def test_networks_that_wait_to_be_imported_are_limited_as_well(store):
    taken, said = until_refused(lambda _n: JobQueue(store).submit_import(b"k" * 200_000, "a.keras", ME, ""))
    assert taken == 2
    assert "networks that wait to be imported take 0.4 MB of the 0.5 MB" in said


# -- room for what is trained ---------------------------------------------------------------------


def test_whoever_keeps_most_makes_room_for_what_is_trained(store):
    small = [trained(store, ME) for _ in range(2)]
    many = [trained(store, SOMEBODY_ELSE) for _ in range(10)]
    while make_room(store, LIMIT // 2):
        pass
    assert all(store.checkpoint(run_id) for run_id in small)
    assert [run.id for run in store.runs(SOMEBODY_ELSE)] == many[:-5:-1]
    assert not any(store.checkpoint(run_id) for run_id in many)
    with store.reading() as connection:
        assert size(connection) <= LIMIT // 2


def test_one_visitor_cannot_pin_so_much_that_the_runs_of_others_go(store):
    mine = [trained(store, SOMEBODY_ELSE) for _ in range(3)]
    for run_id in mine[:2]:
        store.pin(run_id)  # 4 of the 5 MB that one person may
    with pytest.raises(QuotaReached, match=r"your pinned runs take 6 MB, and one person may pin 5 MB: unpin another"):
        store.pin(mine[2])
    store.pin(mine[0], pinned=False)
    store.pin(mine[2])
    store.pin(trained(store, ME))


def test_between_equals_the_oldest_makes_room(store):
    first, second = trained(store, ME), trained(store, SOMEBODY_ELSE)
    make_room(store, 3 * PART + 500_000)
    assert store.checkpoint(first) is None
    assert store.checkpoint(second) is not None


def test_exported_files_have_a_share_of_their_own_and_go_first_of_whoever_asked_for_most(store):
    queue = JobQueue(store)
    runs = [trained(store, ME, 1000, 1000) for _ in range(5)]

    def export(run_id: int, owner: str) -> int:
        number = queue.export(run_id, 1, "onnx", "digits.onnx", owner)
        job = queue.claim("worker")
        assert job is not None
        queue.finish_export(job, b"x" * 500_000)
        return number

    theirs = export(runs[0], ME)
    mine = [export(run_id, SOMEBODY_ELSE) for run_id in runs[1:]]
    assert make_room(store, LIMIT) is None  # nothing of the runs goes for it
    assert [state_of(queue, number) for number in [theirs, *mine]] == [True, False, True, True, True]
    assert all(store.checkpoint(run_id) for run_id in runs)


def state_of(queue: JobQueue, number: int) -> bool:
    """Whether a job's result is still there."""
    try:
        return bool(queue.data(number))
    except UserError:
        return False


# -- how many runs may wait -----------------------------------------------------------------------


def fill_the_queue(store: RunStore, owner: str = ME) -> list[int]:
    return [store.submit(CONFIG, owner=owner) for _ in range(queue_limit())]


def test_a_visitor_may_have_twenty_runs_going_and_others_are_not_held_up(store):
    assert len(fill_the_queue(store)) == 20
    with pytest.raises(QuotaReached, match="wait until one has ended, or stop one"):
        store.submit(CONFIG, owner=ME)
    assert store.submit(CONFIG, owner=SOMEBODY_ELSE)


def test_paused_runs_keep_their_place_and_those_that_end_give_it_up(store):
    first, *_ = fill_the_queue(store)
    store.pause(first)
    with pytest.raises(QuotaReached):
        store.submit(CONFIG, owner=ME)
    store.resume(first)
    store.stop(first)
    assert store.submit(CONFIG, owner=ME)


@pytest.mark.parametrize("way", ["one more epoch", "resume", "undo", "undo of many"])
def test_there_is_no_way_around_the_queue(store, way):
    first = trained(store, ME)
    if way == "resume":
        with store.writing() as connection:
            connection.execute(schema.runs.update().values(state=State.FAILED, updated_at=schema.now(connection)))
    elif way.startswith("undo"):
        store.extend(first)
        store.delete(first)
    fill_the_queue(store)
    ways = {"one more epoch": store.extend, "resume": store.resume, "undo": store.restore}
    ways["undo of many"] = lambda run_id: Ledger(store).restore([run_id])
    with pytest.raises(QuotaReached):
        ways[way](first)


def test_who_runs_the_app_says_how_many(store, monkeypatch):
    monkeypatch.setenv("MNIST_QUEUE_LIMIT", "2")
    assert len(fill_the_queue(store)) == 2
    with pytest.raises(QuotaReached, match="You have 2 of the 2 runs"):
        store.submit(CONFIG, owner=ME)


def test_paused_sweeps_keep_their_place(store):
    sweeps, plan = Sweeps(store), Plan(CONFIG, Space.parse({"hidden_units": "8, 16"}))
    for _ in range(MOST_GOING):
        sweeps.pause(sweeps.submit(plan, owner=ME))
    with pytest.raises(TooManySweeps, match="3 sweeps of yours are going or paused"):
        sweeps.submit(plan, owner=ME)
