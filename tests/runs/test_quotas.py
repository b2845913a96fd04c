"""What visitors may bring along and have going: an upload is refused before it costs somebody else anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.data import DatasetError
from mnist_core.errors import UserError
from mnist_core.evaluation import Score
from mnist_core.runs import (
    TERMINAL,
    BulkOperations,
    DatasetInfo,
    DatasetStore,
    HandwritingStore,
    ImportedNetwork,
    JobQueue,
    QuotaReached,
    Requester,
    RunStore,
    State,
    clock,
    enforce_store_limit,
    queue_limit,
    schema,
)
from mnist_core.runs.dataset_rows import put_dataset
from mnist_core.runs.epoch_store import EpochStore
from mnist_core.runs.quotas import DATASETS, HANDWRITING, IMPORTS, WAITING, require_room
from mnist_core.runs.retention import size
from mnist_core.runs.run_sizes import ROW_BYTES
from mnist_core.runs.sweeps.store import SweepStore, TooManySweeps
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from tests.support.databases import CONFIG, add_run, both_databases, change
from tests.support.idx_server import small_dataset
from tests.support.visits import ME, SOMEBODY_ELSE

LIMIT = 20_000_000
"""Bytes that the runs of these stores may take: 20 MB."""
PART = 1_000_000
TEACHER = f"{TERMINAL}teacher"


@pytest.fixture(autouse=True)
def small_limit(monkeypatch) -> None:
    monkeypatch.setenv("MNIST_STORE_LIMIT", str(LIMIT))


def trained(store: RunStore, owner: str, network: int = PART, optimizer: int = PART) -> int:
    """A finished run of `owner` with so many bytes."""
    return add_run(store, State.FINISHED, owner, network, optimizer)


def bring_dataset(store: RunStore, owner: str, seed: int, count: int = 1000) -> str:
    """Add a dataset of `owner` that cannot be packed: 784 bytes an image. Return its sha256."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    labels = np.arange(count, dtype=np.uint8) % 3
    name = f"noise {owner[:4]} {seed}"
    dataset = replace(small_dataset(), name=name, train_images=images, train_labels=labels)
    return DatasetStore(store).add(dataset, owner).sha256


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
    handwriting = HandwritingStore(store)
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


@pytest.mark.slow
@pytest.mark.parametrize("what", list(UPLOADS))
def test_no_upload_of_a_visitor_costs_somebody_elses_run(store, what):
    """As many datasets, networks or drawings as one visitor can bring, in a store whose runs are at their limit."""
    mine = [trained(store, ME, 3 * PART, 3 * PART) for _ in range(3)]  # 18 of 20 MB
    before = sum(held(store))
    taken, said = until_refused(lambda number: UPLOADS[what](store, SOMEBODY_ELSE, number))
    assert taken >= 1
    assert f"Your {what} take" in said
    assert "delete some of yours first" in said
    assert "MNIST_STORE_LIMIT" in said
    assert sum(held(store)) - before <= 1_000_000
    while enforce_store_limit(store, LIMIT):
        pass
    assert [run.id for run in store.runs(ME)] == mine[::-1]
    assert all(store.checkpoint(run_id) for run_id in mine)


def held(store: RunStore) -> list[int]:
    """The bytes of everything in the store that people bring along, or train."""
    with store.reading() as connection:
        columns = (schema.blobs.c.data, schema.dataset_blobs.c.data, schema.job_blobs.c.data, schema.drawings.c.image)
        return [connection.scalar(sa.select(sa.func.sum(sa.func.length(column)))) or 0 for column in columns]


KINDS = {
    "datasets": (DATASETS, 1_000_000, 4_000_000),
    "imported networks": (IMPORTS, 1_000_000, 4_000_000),
    "networks that wait to be imported": (WAITING, 500_000, 2_000_000),
    "drawings": (HANDWRITING, 500_000, 2_000_000),
}
"""What of a store for 20 MB of runs one person may fill, and all together: a fifth or a tenth of it, a quarter each."""


def put(store: RunStore, what: str, owner: str, size: int) -> None:
    """So many bytes of a kind in the store, whatever the limits say."""
    with store.writing() as connection:
        who = {"owner": owner, "nickname": "", "created_at": 0.0}
        if what == "datasets":
            sha256 = f"{connection.scalar(sa.select(sa.func.count()).select_from(schema.datasets))}"
            info = {"name": sha256, "class_names": "[]", "train_images": 1, "test_images": 1}
            connection.execute(schema.datasets.insert().values(sha256=sha256, **info, **who))
            connection.execute(schema.dataset_blobs.insert().values(dataset=sha256, data=bytes(size)))
        elif what == "drawings":
            sets = schema.handwriting_sets.insert().values(name="", class_names='["0", "1"]', **who)
            number = connection.execute(sets.returning(schema.handwriting_sets.c.id)).scalar_one()
            connection.execute(schema.drawings.insert().values(set_id=number, image=bytes(size), label=0, **who))
        elif what == "networks that wait to be imported":
            jobs = schema.jobs.insert().values(kind="import", file_name="", state="waiting", updated_at=0.0, **who)
            number = connection.execute(jobs.returning(schema.jobs.c.id)).scalar_one()
            connection.execute(schema.job_blobs.insert().values(job_id=number, sha256="", data=bytes(size)))
    if what == "imported networks":
        number = add_run(store, State.FINISHED, network=size, optimizer=0)
        with store.writing() as connection:
            values = {"imported": "a.keras", "owner": owner}
            connection.execute(schema.runs.update().where(schema.runs.c.id == number).values(values))


def refusal(store: RunStore, what: str, owner: str, size: int) -> str:
    """Why `owner` may not bring so many bytes; "" if they may."""
    with store.writing() as connection:
        try:
            require_room(connection, KINDS[what][0], owner, size)
        except QuotaReached as refused:
            return str(refused)
    return ""


@both_databases
@pytest.mark.parametrize("what", KINDS)
def test_one_visitor_leaves_room_for_others_and_all_together_do_not_fill_the_disk(store, what):
    _, each, together = KINDS[what]
    assert not refusal(store, what, ME, each)
    assert f"and one person may keep {each / 1e6:g} MB of {what} here" in refusal(store, what, ME, each + 1)
    put(store, what, ME, each - 1000)
    assert not refusal(store, what, ME, 1000)
    assert f"Your {what} take" in refusal(store, what, ME, 1001)
    for owner in "cde":
        put(store, what, owner * 32, each)
    assert not refusal(store, what, SOMEBODY_ELSE, 1000)
    assert f"Everybody's {what} together fill the {together / 1e6:g} MB" in refusal(store, what, SOMEBODY_ELSE, 1001)


@pytest.mark.parametrize("what", KINDS)
def test_what_the_terminal_has_put_there_is_nobody_elses_loss(store, what):
    put(store, what, TEACHER, 5_000_000)
    put(store, what, "", 5_000_000)
    assert not refusal(store, what, ME, KINDS[what][1])
    assert not refusal(store, what, TEACHER, 50_000_000)
    assert not refusal(store, what, "", 50_000_000)


def test_what_was_imported_already_does_not_wait_to_be(store):
    put(store, "networks that wait to be imported", ME, 400_000)
    change(store, schema.jobs, state="done", updated_at=0.0)
    assert not refusal(store, "networks that wait to be imported", ME, 500_000)


@pytest.mark.parametrize(
    ("bring", "kind"),
    [
        (lambda store: bring_dataset(store, ME, 1), "datasets"),
        (lambda store: bring_network(store, ME), "imported networks"),
        (lambda store: JobQueue(store).submit_import(b"k", "a.keras", ME, ""), "networks that wait to be imported"),
        (lambda store: draw(store, ME, 1, 1), "drawings"),
    ],
)
def test_whoever_has_as_much_as_one_may_brings_nothing_more(store, bring, kind):
    put(store, kind, ME, KINDS[kind][1])
    with pytest.raises(QuotaReached, match=f"Your {kind} take"):
        bring(store)


def test_one_person_keeps_fifty_datasets_and_any_number_of_mixtures(store):
    for _ in range(49):
        put(store, "datasets", ME, 1)
    mixture = DatasetInfo("m" * 64, "mixed", ("a", "b"), 1, 1, ME, mixture='{"base": "0"}')
    with store.writing() as connection:
        put_dataset(connection, mixture, b"")
        put_dataset(connection, replace(mixture, sha256="a" * 64, name="the fiftieth", mixture=""), b"")
        put_dataset(connection, replace(mixture, sha256="b" * 64, name="another mixture"), b"")
        with pytest.raises(DatasetError, match="You have 50 datasets, and one person may have no more"):
            put_dataset(connection, replace(mixture, sha256="c" * 64, name="one too many", mixture=""), b"")
        put_dataset(connection, replace(mixture, sha256="d" * 64, name="theirs", mixture="", owner=SOMEBODY_ELSE), b"")


@pytest.mark.parametrize("owner", [TEACHER, ""])
def test_limits_are_for_visitors_and_not_for_the_terminal(store, owner):
    bring_dataset(store, owner, 1, count=1500)
    for run_id in [add_run(store, State.FINISHED, owner, network=3_000_000) for _ in range(2)]:
        store.pin(run_id)
    for _ in range(21):
        store.submit(CONFIG, owner=owner)


def test_what_somebody_has_deleted_makes_room_for_what_they_bring(store):
    taken, _ = until_refused(lambda number: bring_network(store, ME, number, PART // 2))
    assert taken == 2
    BulkOperations(store).delete([store.runs(ME)[-1].id])
    assert bring_network(store, ME, 0, PART // 2)
    with pytest.raises(QuotaReached):
        bring_network(store, ME, 0, PART // 2)


def test_drawings_taken_out_of_a_set_make_room_for_others(store):
    most = 500_000 // 784
    draw(store, ME, 1, count=most)
    with pytest.raises(QuotaReached, match=r"Your drawings take 0.5 MB of the 0.5 MB"):
        draw(store, ME, 2, count=1)
    handwriting = HandwritingStore(store)
    handwriting.remove(handwriting.drawings(handwriting.sets()[0].id).ids[:1], Requester(ME))
    draw(store, ME, 2, count=1)


def test_what_others_have_deleted_stays_where_ones_own_makes_room(store):
    """They can have it back, for a day."""
    handwriting, theirs = HandwritingStore(store), bring_network(store, SOMEBODY_ELSE, network=1000)
    draw(store, SOMEBODY_ELSE, 1, 2)
    drawn = handwriting.drawings(handwriting.sets()[0].id).ids
    store.delete(theirs)
    handwriting.remove(drawn, Requester(SOMEBODY_ELSE))
    for number in (2, 3):  # more than half of what one may keep, twice
        store.delete(bring_network(store, ME, network=600_000))
        draw(store, ME, number, 400)
        mine = next(it.id for it in handwriting.sets() if it.owner == ME)
        handwriting.remove(handwriting.drawings(mine).ids, Requester(ME))
    store.restore(theirs)
    handwriting.put_back(drawn, Requester(SOMEBODY_ELSE))


def test_what_fits_as_it_is_makes_nothing_go_for_good(store):
    mine = bring_network(store, ME, network=1000)
    store.delete(mine)
    bring_network(store, ME, network=1000)
    store.restore(mine)


def test_networks_that_wait_to_be_imported_are_limited_as_well(store):
    taken, said = until_refused(lambda _n: JobQueue(store).submit_import(b"k" * 200_000, "a.keras", ME, ""))
    assert taken == 2
    assert "networks that wait to be imported take 0.4 MB of the 0.5 MB" in said


# -- room for what is trained ---------------------------------------------------------------------


@both_databases
def test_whoever_keeps_most_makes_room_for_what_is_trained(store):
    part = 10_000
    small = [trained(store, ME, part, part) for _ in range(2)]
    many = [trained(store, SOMEBODY_ELSE, part, part) for _ in range(10)]
    while enforce_store_limit(store, 10 * part):
        pass
    assert all(store.checkpoint(run_id) for run_id in small)
    assert [run.id for run in store.runs(SOMEBODY_ELSE)] == many[:-5:-1]
    assert not any(store.checkpoint(run_id) for run_id in many)
    with store.reading() as connection:
        assert size(connection) <= 10 * part


@both_databases
def test_one_visitor_cannot_pin_so_much_that_the_runs_of_others_go(store):
    mine = [trained(store, SOMEBODY_ELSE) for _ in range(3)]
    for run_id in mine[:2]:
        store.pin(run_id)  # 4 of the 5 MB that one person may
    with pytest.raises(QuotaReached, match=r"your pinned runs take 6 MB, and one person may pin 5 MB: unpin another"):
        store.pin(mine[2])
    store.pin(mine[0], pinned=False)
    store.pin(mine[2])
    store.pin(mine[2])
    store.pin(trained(store, ME, PART, 4 * PART - ROW_BYTES))


@both_databases
def test_networks_of_epochs_snapshots_and_curves_count_for_a_pin(store):
    """Runs of 2,000 bytes, and 1.5 MB each of what is kept of their epochs."""
    theirs = trained(store, ME, PART, PART)
    pins = [trained(store, SOMEBODY_ELSE, 1000, 1000) for _ in range(4)]
    for run_id in pins:
        add_epoch(store, run_id, 1_500_000)
    for run_id in pins[:3]:
        store.pin(run_id)
    with pytest.raises(QuotaReached, match=r"your pinned runs take 6 MB, and one person may pin 5 MB"):
        store.pin(pins[3])
    with store.writing() as connection:
        snapshot = {"run_id": pins[0], "step": 8, "lasting": 1, "data": bytes(1_000_000)}
        connection.execute(schema.snapshots.insert(), snapshot)
    with pytest.raises(QuotaReached, match=r"your pinned runs take 5\.5 MB"):
        store.pin(pins[0])
    make_all_room(store, 6_000_000)
    assert store.checkpoint(theirs) is not None


@both_databases
def test_pins_that_grow_protect_no_more_than_one_visitor_may_pin(store):
    """They are pinned while they are small. Then their epochs take 16 MB; of 22 in all, 18 are to be left."""
    theirs = [trained(store, ME, PART, PART) for _ in range(3)]
    pins = [trained(store, SOMEBODY_ELSE, 1000, 1000) for _ in range(8)]
    for run_id in pins:
        store.pin(run_id)
    for run_id in pins:
        add_epoch(store, run_id, 2 * PART)
    make_all_room(store, LIMIT)
    assert all(store.checkpoint(run_id) for run_id in theirs)
    assert [bool(EpochStore(store).with_network(run_id)) for run_id in pins] == 2 * [True] + 3 * [False] + 3 * [True]
    assert all(store.checkpoint(run_id) for run_id in pins[:2]), "up to 5 MB, the oldest pins hold"


def test_pins_of_the_terminal_protect_whatever_they_take(store):
    pins = [trained(store, TEACHER, 1000, 1000) for _ in range(12)]
    for run_id in pins:
        store.pin(run_id)
        add_epoch(store, run_id, 2 * PART)
    make_all_room(store, LIMIT)
    assert all(store.checkpoint(run_id) for run_id in pins)


def add_epoch(store: RunStore, run_id: int, size: int) -> None:
    """Store a network of so many bytes for epoch 1 of a run."""
    with store.writing() as connection:
        row = {"run_id": run_id, "epoch": 1, "kind": "network", "data": bytes(size)}
        connection.execute(schema.epochs.insert(), row)


def make_all_room(store: RunStore, limit: int) -> None:
    while enforce_store_limit(store, limit):
        pass


def test_between_equals_the_oldest_makes_room(store):
    first, second = trained(store, ME, 1000, 1000), trained(store, SOMEBODY_ELSE, 1000, 1000)
    enforce_store_limit(store, 3900)
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

    queue.submit_import(b"k" * 400_000, "a.keras", ME, "")  # which is no result, and stays
    assert queue.claim("another") is not None
    theirs = export(runs[0], ME)
    mine = [export(run_id, SOMEBODY_ELSE) for run_id in runs[1:]]
    assert enforce_store_limit(store, LIMIT) is None  # nothing of the runs goes for it
    assert [state_of(queue, number) for number in [theirs, *mine]] == [True, False, True, True, True]
    assert all(store.checkpoint(run_id) for run_id in runs)


def state_of(queue: JobQueue, number: int) -> bool:
    """Whether a job's result is still there."""
    try:
        return bool(queue.data(number))
    except UserError:
        return False


# -- how many runs may wait -----------------------------------------------------------------------


def fill_the_queue(store: RunStore, count: int = 20) -> list[int]:
    return [store.submit(CONFIG, owner=ME) for _ in range(count)]


@both_databases
def test_a_visitor_may_have_twenty_runs_going_and_others_are_not_held_up(store):
    fill_the_queue(store)
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
            connection.execute(schema.runs.update().values(state=State.FAILED, updated_at=clock.now(connection)))
    elif way.startswith("undo"):
        store.extend(first)
        store.delete(first)
    fill_the_queue(store)
    elsewhere = add_run(store, State.STOPPED, SOMEBODY_ELSE)
    ways = {"one more epoch": store.extend, "resume": store.resume, "undo": store.restore}
    ways["undo of many"] = lambda run_id: BulkOperations(store).restore([run_id])
    with pytest.raises(
        QuotaReached, match="One person may have 20 runs training, waiting or paused at a time, and you have 20"
    ):
        ways[way](first)
    if way == "one more epoch":
        ways[way](elsewhere)


def test_who_runs_the_app_says_how_many(store, monkeypatch):
    monkeypatch.setenv("MNIST_QUEUE_LIMIT", "2")
    fill_the_queue(store, 2)
    with pytest.raises(
        QuotaReached, match="One person may have 2 runs training, waiting or paused at a time, and you have 2"
    ):
        store.submit(CONFIG, owner=ME)


def test_paused_sweeps_keep_their_place(store):
    sweeps, plan = SweepStore(store), Plan(CONFIG, Space.parse({"hidden_units": "8, 16"}))
    for _ in range(3):
        sweeps.pause(sweeps.submit(plan, owner=ME))
    with pytest.raises(TooManySweeps, match="3 of your sweeps are running or paused"):
        sweeps.submit(plan, owner=ME)


@pytest.mark.parametrize("change", [RunStore.rename, RunStore.pin, RunStore.pause, RunStore.delete, RunStore.extend])
def test_who_has_twenty_runs_going_may_still_do_all_else_to_them(store, change):
    first, *_ = fill_the_queue(store)
    change(store, first, *(["a name"] if change is RunStore.rename else []))


def test_runs_of_sweeps_and_ended_ones_take_no_place(store):
    first, second, third, *_ = fill_the_queue(store)
    with store.writing() as connection:
        connection.execute(schema.runs.update().where(schema.runs.c.id == first).values(sweep_id=1))
    store.stop(second)
    store.delete(third)
    fill_the_queue(store, 3)
    with pytest.raises(QuotaReached):
        store.submit(CONFIG, owner=ME)
    store.pause(first)
    store.resume(first)
    store.delete(second)
    store.restore(second)  # it has ended, and so it takes none


@pytest.mark.parametrize(("text", "count"), [("", 20), ("1", 1), ("10000", 10_000)])
def test_the_setting_is_a_whole_number(monkeypatch, text, count):
    monkeypatch.setenv("MNIST_QUEUE_LIMIT", text)
    assert queue_limit() == count


@pytest.mark.parametrize("text", ["0", "10001", "many", "2.5"])
def test_a_setting_that_makes_no_sense_is_said_to_be(monkeypatch, text):
    monkeypatch.setenv("MNIST_QUEUE_LIMIT", text)
    with pytest.raises(UserError, match="MNIST_QUEUE_LIMIT must be a whole number from 1 to 10,000"):
        queue_limit()
