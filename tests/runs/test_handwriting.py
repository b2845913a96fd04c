"""Handwriting sets: kept, corrected, deleted, exported and imported; a second test, and something to learn from."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import numpy as np
import pytest
import sqlalchemy as sa

from mnist_core.cli.main import main
from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, MNIST_SHA256, DatasetError, load_dataset
from mnist_core.data.dataset_file import BadDatasetFile
from mnist_core.data.extra_training_images import with_copies
from mnist_core.ledger import differing_settings, frame_of, group_seeds
from mnist_core.network import Network
from mnist_core.runs import (
    DatasetInfo,
    DatasetInUse,
    DatasetStore,
    HandwritingError,
    HandwritingStore,
    Requester,
    RunStore,
    State,
)
from mnist_core.runs.handwriting.npz_file import to_npz
from mnist_core.runs.handwriting.planned_mixture import PlannedMixture
from mnist_core.runs.schema import datasets, runs
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.workers.worker import Worker
from tests.support.databases import both_databases
from tests.support.idx_server import small_dataset
from tests.support.visits import ME, SOMEBODY_ELSE

CONFIG = TrainConfig(hidden_units=16, epochs=1, batch_size=512)
IMAGES = load_dataset().test_images


@pytest.fixture
def handwriting(store) -> HandwritingStore:
    return HandwritingStore(store)


@both_databases
def test_people_who_begin_their_sets_at_the_same_moment_all_get_one(handwriting):
    start = Barrier(12)

    def begin(number: int) -> int:
        start.wait(60)
        return handwriting.create("My handwriting", DIGITS, f"{number:032x}", "", False, numbered=True)

    with ThreadPoolExecutor(12) as pool:
        assert len(set(pool.map(begin, range(12)))) == 12
    names = ["My handwriting", *(f"My handwriting {number}" for number in range(2, 13))]
    assert sorted(it.name for it in handwriting.sets()) == sorted(names)


@pytest.mark.slow
@both_databases
def test_both_databases_keep_drawings_and_datasets(handwriting, store):
    dataset_store = DatasetStore(store)
    number = handwriting.create("Mine", DIGITS, ME, "")
    handwriting.remove([handwriting.keep(number, IMAGES[0], 7, ME, "")], Requester(ME))
    handwriting.keep(number, IMAGES[1], 2, ME, "")
    drawn = handwriting.drawings(number)
    assert drawn.labels.tolist() == [2]
    shapes = dataset_store.add(small_dataset(classes=10))
    mixture = dataset_store.add_mixture(shapes.sha256, with_copies(drawn.images, drawn.labels, 600), "Mine")
    assert len(dataset_store.load(mixture.sha256).train_images) > 600
    run = store.run(store.submit(replace(CONFIG, batch_size=64), dataset="shapes"))
    assert dataset_store.load(run.dataset_sha256).name == "shapes"
    assert [info.sha256 for info in dataset_store.all()] == [MNIST_SHA256, mixture.sha256, shapes.sha256]


@pytest.fixture
def mine(handwriting) -> int:
    return handwriting.create("Ada's handwriting", DIGITS, ME, "Ada")


def test_a_drawing_is_kept_as_the_network_saw_it(handwriting, mine):
    seen = IMAGES[0].astype(np.float32) / np.float32(255)
    number = handwriting.keep(mine, seen, 7, ME, "Ada")
    kept = handwriting.drawings(mine)
    assert kept.ids == (number,)
    assert (kept.images[0] == IMAGES[0]).all()
    assert (kept.labels[0], kept.nicknames[0]) == (7, "Ada")
    assert [(it.name, it.count) for it in handwriting.sets(DIGITS)] == [("Ada's handwriting", 1)]
    assert handwriting.sets(("a", "b")) == []


def test_the_same_drawing_is_kept_once_under_what_was_said_last(handwriting, mine):
    numbers = [handwriting.keep(mine, IMAGES[0], label, ME, "Ada") for label in (1, 7)]
    assert numbers[0] == numbers[1]
    assert handwriting.drawings(mine).labels.tolist() == [7]


def test_what_was_deleted_can_be_had_back(handwriting, mine):
    first, second = (handwriting.keep(mine, IMAGES[index], 0, ME, "Ada") for index in (0, 1))
    handwriting.remove([first], Requester(ME))
    assert handwriting.drawings(mine).ids == (second,)
    assert handwriting.set_and_label(first) is None
    handwriting.put_back([first], Requester(ME))
    handwriting.relabel(first, 5, Requester(ME))
    assert handwriting.drawings(mine).labels.tolist() == [5, 0]
    assert handwriting.set_and_label(first) == (handwriting.sets()[0], 5)
    handwriting.delete(mine, Requester(ME))
    assert handwriting.sets() == []
    assert handwriting.set_and_label(first) is None
    with pytest.raises(HandwritingError, match="no longer exists"):
        handwriting.keep(mine, IMAGES[2], 0, ME, "Ada")
    handwriting.restore(mine, Requester(ME))
    assert handwriting.sets()[0].count == 2


def test_names_and_labels_must_make_sense(handwriting, mine):
    with pytest.raises(HandwritingError, match="already a set of that name"):
        handwriting.create("  Ada's   handwriting ", DIGITS, SOMEBODY_ELSE, "")
    with pytest.raises(HandwritingError, match="needs a name"):
        handwriting.rename(mine, " \u200b ", Requester(ME))
    handwriting.rename(mine, "Ada's handwriting", Requester(ME))
    number = handwriting.keep(mine, IMAGES[0], 7, ME, "Ada")
    for change in (
        lambda: handwriting.relabel(number, 10, Requester(ME)),
        lambda: handwriting.keep(mine, IMAGES[1], -1, ME, ""),
    ):
        with pytest.raises(HandwritingError, match="from 0 to 9"):
            change()


def npz_of(images, labels) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=np.array(images), labels=np.array(labels))
    return buffer.getvalue()


def test_an_import_leaves_drawings_of_others_as_they_are(handwriting, mine):
    handwriting.keep(mine, IMAGES[0], 7, ME, "Ada")
    handwriting.keep(mine, IMAGES[1], 2, SOMEBODY_ELSE, "Bob")
    data = npz_of(IMAGES[:4], [1, 1, 1, 1])
    assert handwriting.import_npz(mine, data, SOMEBODY_ELSE, "Bob") == (2, 1)
    assert handwriting.drawings(mine).labels.tolist() == [7, 1, 1, 1]
    assert handwriting.drawings(mine).owners == (ME, SOMEBODY_ELSE, SOMEBODY_ELSE, SOMEBODY_ELSE)
    assert handwriting.import_npz(mine, data, ME, "Ada") == (0, 3), "nor does who began the set change them"
    assert handwriting.drawings(mine).labels.tolist() == [1, 1, 1, 1]
    with pytest.raises(HandwritingError, match="Their label stays"):
        handwriting.keep(mine, IMAGES[0], 5, SOMEBODY_ELSE, "Bob")


def test_only_who_drew_it_says_what_a_drawing_is(handwriting, mine):
    number = handwriting.keep(mine, IMAGES[0], 7, SOMEBODY_ELSE, "Bob")
    for stranger in (ME, "c" * 32, ""):
        with pytest.raises(HandwritingError, match="only they can change"):
            handwriting.relabel(number, 3, Requester(stranger))
    handwriting.relabel(number, 3, Requester(SOMEBODY_ELSE))
    handwriting.relabel(number, 4, Requester("", at_server=True))
    assert handwriting.drawings(mine).labels.tolist() == [4]


def test_drawings_are_removed_by_who_drew_them_or_began_the_set(handwriting, mine):
    theirs = [handwriting.keep(mine, IMAGES[index], 0, SOMEBODY_ELSE, "Bob") for index in range(3)]
    own = handwriting.keep(mine, IMAGES[3], 0, ME, "Ada")
    stranger = "c" * 32
    for who, what in (
        (stranger, theirs[:1]),
        (stranger, [own]),
        (SOMEBODY_ELSE, [own]),
        (SOMEBODY_ELSE, [*theirs, own]),
    ):
        for change in (handwriting.remove, handwriting.put_back):
            with pytest.raises(HandwritingError, match="Somebody else drew this"):
                change(what, Requester(who))
    handwriting.remove(theirs[:1], Requester(SOMEBODY_ELSE))
    handwriting.remove(theirs[1:], Requester(ME))
    assert handwriting.drawings(mine).ids == (own,)
    handwriting.put_back(theirs[1:], Requester(ME))
    assert len(handwriting.drawings(mine)) == 3
    for gone in ([own, 10**9], []):
        with pytest.raises(HandwritingError, match="no longer exists"):
            handwriting.remove(gone, Requester(ME))


def test_only_who_began_a_set_changes_it(handwriting, mine):
    changes = (
        lambda by: handwriting.rename(mine, "Bob's", by),
        lambda by: handwriting.open_to_others(mine, False, by),
        lambda by: handwriting.delete(mine, by),
        lambda by: handwriting.restore(mine, by),
    )
    for change in changes:
        with pytest.raises(HandwritingError, match="somebody else's set"):
            change(Requester(SOMEBODY_ELSE))
    (kept,) = handwriting.sets()
    assert (kept.name, kept.open) == ("Ada's handwriting", True)
    for change in changes:
        change(Requester("", at_server=True))
    assert [(it.name, it.open) for it in handwriting.sets()] == [("Bob's", False)]


def test_others_add_to_a_set_only_while_it_is_open(handwriting, mine):
    handwriting.keep(mine, IMAGES[0], 0, SOMEBODY_ELSE, "Bob")
    handwriting.open_to_others(mine, False, Requester(ME))
    for add in (
        lambda: handwriting.keep(mine, IMAGES[1], 0, SOMEBODY_ELSE, "Bob"),
        lambda: handwriting.import_npz(mine, npz_of(IMAGES[:2], [0, 0]), SOMEBODY_ELSE, "Bob"),
    ):
        with pytest.raises(HandwritingError, match="This set is closed"):
            add()
    handwriting.keep(mine, IMAGES[1], 0, ME, "Ada")
    assert len(handwriting.drawings(mine)) == 2, "what was there stays"


def test_no_stranger_fills_a_set(handwriting, mine, monkeypatch):
    monkeypatch.setattr("mnist_core.runs.handwriting.permissions.MOST_OF_ONE", 5)
    monkeypatch.setattr("mnist_core.runs.handwriting.permissions.MOST_OF_OTHERS", 8)
    monkeypatch.setattr("mnist_core.runs.handwriting.permissions.MOST_DRAWINGS", 12)
    with pytest.raises(
        HandwritingError, match="You may have 5 drawings in somebody else's set; with these you would have 6"
    ):
        handwriting.import_npz(mine, npz_of(IMAGES[:6], [0] * 6), SOMEBODY_ELSE, "Bob")
    handwriting.import_npz(mine, npz_of(IMAGES[:5], [0] * 5), SOMEBODY_ELSE, "Bob")
    gone = handwriting.drawings(mine).ids[:1]
    handwriting.remove(gone, Requester(SOMEBODY_ELSE))
    handwriting.keep(mine, IMAGES[6], 0, SOMEBODY_ELSE, "Bob")
    with pytest.raises(HandwritingError, match="you would have 6"):
        handwriting.put_back(gone, Requester(SOMEBODY_ELSE))
    handwriting.import_npz(mine, npz_of(IMAGES[10:13], [0] * 3), "c" * 32, "")
    with pytest.raises(HandwritingError, match="holds 8 drawings by people"):
        handwriting.keep(mine, IMAGES[20], 0, "d" * 32, "")
    handwriting.import_npz(mine, npz_of(IMAGES[30:34], [0] * 4), ME, "Ada")
    with pytest.raises(HandwritingError, match="at most 12 drawings"):
        handwriting.keep(mine, IMAGES[40], 0, ME, "Ada")


def test_a_set_of_an_earlier_program_is_open(handwriting, mine, store):
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE handwriting_sets DROP COLUMN open")
    with RunStore.open(store.url) as later:
        assert [it.open for it in HandwritingStore(later).sets()] == [True]


def test_a_set_is_exported_and_imported(handwriting, mine):
    for index in range(20):
        handwriting.keep(mine, IMAGES[index], index % 10, ME, "Ada")
    data = to_npz(handwriting.drawings(mine), DIGITS)
    other = handwriting.create("Again", DIGITS, SOMEBODY_ELSE, "Bob")
    assert handwriting.import_npz(other, data, SOMEBODY_ELSE, "Bob") == (20, 0)
    assert handwriting.import_npz(other, data, SOMEBODY_ELSE, "Bob") == (0, 0)
    before, after = handwriting.drawings(mine), handwriting.drawings(other)
    assert (before.images == after.images).all()
    assert (before.labels == after.labels).all()
    buffer = io.BytesIO()
    np.savez(buffer, images=IMAGES[:3].astype(float), labels=[1, 2, 3])
    for wrong in (b"no file", buffer.getvalue(), data[:-300]):
        with pytest.raises(BadDatasetFile, match="The app expects the arrays images"):
            handwriting.import_npz(other, wrong, ME, "")


def test_a_few_dozen_drawings_are_repeated_until_they_count():
    labels = load_dataset().test_labels
    extra = with_copies(IMAGES[:40], labels[:40], 60_000)
    assert (len(extra.images), extra.originals) == (4000, 40)
    assert (extra.images[:40] == IMAGES[:40]).all()
    assert (extra.labels[40:80] == labels[:40]).all()
    assert not (extra.images[40:80] == IMAGES[:40]).all(axis=(1, 2)).any(), "the others are distorted"
    assert len(with_copies(IMAGES[:9000], labels[:9000], 60_000).images) == 9000
    with pytest.raises(DatasetError, match="no drawings to learn from yet"):
        with_copies(IMAGES[:0], labels[:0], 60_000)


@pytest.mark.slow
def test_a_run_learns_from_the_drawings_as_they_were_when_it_was_submitted(handwriting, mine, store):
    """Shown sevens in reverse as threes, it reads them so: it has learned from them. Later edits change nothing."""
    dataset_store = DatasetStore(store)
    for index in np.flatnonzero(load_dataset().test_labels == 7)[:30]:
        handwriting.keep(mine, 255 - IMAGES[index], 3, ME, "Ada")  # white paper: unlike all of MNIST
    drawn = handwriting.drawings(mine)
    images = dataset_store.add_mixture(
        MNIST_SHA256, with_copies(drawn.images, drawn.labels, 60_000), "Ada's handwriting", ME, "Ada"
    )
    assert images.name == "MNIST + Ada's handwriting"
    assert dataset_store.add_mixture(MNIST_SHA256, with_copies(drawn.images, drawn.labels, 60_000), "x") == images
    number = store.submit(CONFIG, dataset=images.sha256)
    handwriting.delete(mine, Requester(ME))
    while store.run(number).state is State.ACTIVE:
        Worker(store).work(number)
    run = store.run(number)
    assert (run.state, run.dataset_sha256) == (State.FINISHED, images.sha256), run.message
    assert run.test_accuracy > 0.8
    read = Network.from_bytes(store.network_bytes(number)).predict(drawn.images).argmax(axis=1)
    assert (read == 3).mean() > 0.9
    assert (dataset_store.drawings_in(images.sha256) == drawn.images).all()
    assert len(dataset_store.drawings_in(MNIST_SHA256)) == 0
    assert [info.name for info in dataset_store.all() if not info.mixture] == ["mnist"]


def test_a_planned_mixture_tells_what_the_dataset_will_be(handwriting, mine, store):
    for index in range(3):
        handwriting.keep(mine, IMAGES[index], index, ME, "Ada")
    (drawings,) = handwriting.sets()
    base = DatasetStore(store).add(small_dataset(classes=10))
    planned = PlannedMixture(base, drawings)
    assert planned.key == f"handwriting {mine}+{base.sha256}", "as the visits of earlier versions keep it"
    made = handwriting.mixture(mine, base.sha256, ME, "Ada")
    told = (planned.name, planned.title, planned.classes, planned.train_images)
    assert told == (made.name, made.title, made.classes, made.train_images)


@pytest.mark.slow
def test_the_terminal_trains_on_drawings_as_well(handwriting, mine, store, capsys):
    handwriting.keep(mine, IMAGES[0], 7, ME, "Ada")
    assert main(["train", "--handwriting", "Bob's"]) == 2
    assert "Known: Ada's handwriting" in capsys.readouterr().err
    small = ["--hidden-units", "8", "--epochs", "1", "--batch-size", "4096", "--json"]
    assert main(["train", "--handwriting", "Ada's handwriting", *small]) == 0
    assert store.runs()[0].dataset == "MNIST + Ada's handwriting"


@pytest.fixture
def snapshots(store) -> list[DatasetInfo]:
    """A handwriting set mixed into small images twice, with more drawings the second time."""
    dataset_store = DatasetStore(store)
    base = dataset_store.add(small_dataset(classes=10), ME)
    return [
        base,
        *(
            dataset_store.add_mixture(base.sha256, with_copies(IMAGES[:n], np.arange(n, dtype=np.uint8), 600), "Ada")
            for n in (5, 9)
        ),
    ]


@pytest.mark.parametrize(("minutes", "left"), [(50, 5), (70, 4)])
def test_a_mixture_that_no_run_has_learned_from_goes_after_an_hour(store, snapshots, set_clock, minutes, left):
    """With the next one: it was made a moment before the run that was to learn from it."""
    base, first, second = (info.sha256 for info in snapshots)
    store.submit(replace(CONFIG, batch_size=64), dataset=second)
    set_clock(60 * minutes)
    dataset_store = DatasetStore(store)
    third = dataset_store.add_mixture(base, with_copies(IMAGES[:7], np.arange(7, dtype=np.uint8), 600), "x").sha256
    assert {MNIST_SHA256, base, second, third} <= {info.sha256 for info in dataset_store.all()}
    assert len(dataset_store.all()) == left
    assert (first in dataset_store.classes()) is (left == 5)


def test_two_snapshots_of_a_set_are_told_apart_by_their_names(store, snapshots):
    assert [info.name for info in snapshots] == ["shapes", "shapes + Ada", "shapes + Ada (2)"]
    with pytest.raises(DatasetError, match="Choose another name"):
        DatasetStore(store).add(small_dataset("shapes + Ada (2)", seed=3))
    long = DatasetStore(store).add_mixture(
        snapshots[0].sha256, with_copies(IMAGES[:3], np.arange(3, dtype=np.uint8), 600), "x" * 90
    )
    again = DatasetStore(store).add_mixture(
        snapshots[0].sha256, with_copies(IMAGES[:4], np.arange(4, dtype=np.uint8), 600), "x" * 90
    )
    assert (len(long.name), again.name) == (80, long.name[:76] + " (2)")


@pytest.mark.parametrize("alike", [False, True], ids=["named by this program", "of a store of earlier programs"])
def test_runs_on_two_snapshots_are_not_seeds_of_one_setting(store, snapshots, alike):
    if alike:
        with store.writing() as connection:
            connection.execute(datasets.update().where(datasets.c.mixture != "").values(name="shapes + Ada"))
    for seed, info in enumerate([*snapshots[1:], snapshots[2]]):
        store.submit(replace(CONFIG, batch_size=64, seed=seed), dataset=info.sha256)
    with store.writing() as connection:
        connection.execute(runs.update().values(state=State.FINISHED, updated_at=1.0))  # others have a row of their own
    frame = frame_of(store.runs(), {})
    assert group_seeds(frame)["seeds"].tolist() == [2, 1]
    assert "dataset" in differing_settings(frame)


def test_a_dataset_that_a_mixture_in_use_is_made_of_is_not_deleted(store, snapshots):
    dataset_store, sweeps = DatasetStore(store), SweepStore(store)
    base, first, second = (info.sha256 for info in snapshots)
    small = replace(CONFIG, batch_size=64)
    run = store.submit(small, dataset=first)
    with pytest.raises(DatasetInUse, match=rf"shapes cannot be deleted: runs need it: {run}\. A deleted run"):
        dataset_store.delete(base, Requester(ME))
    with store.writing() as connection:
        connection.execute(runs.delete())
    plan = Plan(replace(small, validation_images=100), Space.parse({"hidden_units": "8, 16"}))
    sweep = sweeps.submit(plan, owner=ME, dataset=second)
    with pytest.raises(DatasetInUse, match=rf"sweeps need it: {sweep}\. Cancel them"):
        dataset_store.delete(base, Requester(ME))
    with store.writing() as connection:
        connection.execute(sa.update(datasets).where(datasets.c.mixture != "").values(created_at=0.0))
    third = dataset_store.add_mixture(base, with_copies(IMAGES[:7], np.arange(7, dtype=np.uint8), 600), "x").sha256
    assert {info.sha256 for info in dataset_store.all()} == {MNIST_SHA256, base, second, third}, (
        "the sweep keeps its images"
    )
    sweeps.cancel(sweep)
    dataset_store.delete(base, Requester(ME))
    assert [info.sha256 for info in dataset_store.all()] == [MNIST_SHA256]
