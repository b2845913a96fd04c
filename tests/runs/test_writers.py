"""The split of a class's drawings by writer: who is learned from, who tests it, and that nobody is on both sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256, load_dataset
from mnist_core.evaluation import Score
from mnist_core.model.numpy_network import Network
from mnist_core.runs import (
    ClassStore,
    DatasetStore,
    HandwritingError,
    HandwritingStore,
    ImportedNetwork,
    Run,
    RunStore,
    keep_network,
)
from mnist_core.runs.handwriting.learned import learned_drawings
from mnist_core.runs.handwriting.planned_mixture import PlannedMixture
from mnist_core.runs.handwriting.writers import split_by_writer, unseen_writers
from mnist_core.runs.run_records import Parent
from tests.support.databases import both_databases
from tests.support.idx_server import small_dataset

IMAGES = load_dataset().test_images


def writers(letters: str) -> list[str]:
    return [letter * 32 for letter in letters]


def sides(letters: str, set_owner: str = "class-7") -> tuple[str, str]:
    """Return the writers who are learned from and those held out, by the first letters of their ids, sorted."""
    split = split_by_writer(set_owner, writers(letters))
    learned, held_out = ("".join(sorted(owner[0] for owner in side)) for side in (split.learned, split.held_out))
    return learned, held_out


def test_a_writer_is_held_out_below_a_third_of_what_b2sum_says():
    # printf 'class-7 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' | b2sum -l 64   begins with dda9; a third is 5555.
    # b 717e, c ca64, d ac44, 0 1e48, 1 cf1c, 2 0cff, 3 157d
    assert sides("abcd0123") == ("1abcd", "023")


def test_nobody_changes_sides_when_others_join():
    assert sides("ab02") == ("ab", "02")
    assert sides("ab02cd13") == ("1abcd", "023")


def test_at_least_one_writer_is_on_each_side():
    assert sides("abc") == ("ac", "b"), "b has the least of them, 717e"
    assert sides("023") == ("0", "23"), "0 has the most of them, 1e48"
    assert sides("ab") == ("a", "b")


@pytest.mark.parametrize(("letters", "said"), [("", "nobody"), ("a", "one"), ("aaa", "one")])
def test_one_writer_cannot_be_split(letters, said):
    with pytest.raises(HandwritingError, match=f"at least two people must have drawn. So far it is {said}"):
        split_by_writer("class-7", writers(letters))


def test_a_split_counts_the_drawings_of_each_side():
    split = split_by_writer("class-7", writers("aaab00"))
    assert (split.drawings_learned, split.drawings_held_out) == (4, 2)


def test_new_drawings_by_a_known_writer_are_no_test():
    owners, known = writers("aabbc"), np.array([True, False, False, False, False])
    assert unseen_writers(owners, known).tolist() == [False, False, True, True, True]


@both_databases
def test_nobodys_drawings_are_on_both_sides(store):
    class_store, handwriting = ClassStore(store), HandwritingStore(store)
    classroom = class_store.open()
    for number, owner in enumerate(writers("0123456789ab")):
        class_store.join(classroom.id, owner, f"Student {number}")
        for index in range(3):
            handwriting.keep(classroom.set_id, IMAGES[3 * number + index], index, owner, f"Student {number}")
    (which,) = handwriting.sets()
    base = DatasetStore(store).add(small_dataset(classes=10))
    planned = handwriting.plan(base, which)
    made = handwriting.mixture(which.id, base.sha256, "", "")
    assert (made.train_images, made.name) == (planned.train_images, planned.name)
    assert made == handwriting.mixture(which.id, base.sha256, "", ""), "the same drawings are the same images"
    learned = {image.tobytes() for image in DatasetStore(store).drawings_in(made.sha256)}
    drawn = handwriting.drawings(which.id)
    by_learned = {owner for owner, image in zip(drawn.owners, drawn.images, strict=True) if image.tobytes() in learned}
    by_others = {
        owner for owner, image in zip(drawn.owners, drawn.images, strict=True) if image.tobytes() not in learned
    }
    assert by_learned
    assert by_others
    assert not by_learned & by_others
    assert len(learned) == 3 * len(by_learned), "all drawings of a writer are on one side"
    assert planned.split is not None
    assert by_learned == planned.split.learned


def test_a_class_with_one_writer_cannot_be_trained_with(store):
    class_store, handwriting = ClassStore(store), HandwritingStore(store)
    classroom = class_store.open()
    class_store.join(classroom.id, "a" * 32, "Ada")
    handwriting.keep(classroom.set_id, IMAGES[0], 7, "a" * 32, "Ada")
    (which,) = handwriting.sets()
    base = DatasetStore(store).add(small_dataset(classes=10))
    for act in (lambda: handwriting.plan(base, which), lambda: handwriting.mixture(which.id, base.sha256, "", "")):
        with pytest.raises(HandwritingError, match="two people"):
            act()


def test_somebodys_own_set_is_learned_as_a_whole(store):
    handwriting = HandwritingStore(store)
    number = handwriting.create("Mine", ("0", "1"), "a" * 32, "Ada")
    handwriting.keep(number, IMAGES[0], 1, "a" * 32, "Ada")
    (which,) = handwriting.sets()
    base = DatasetStore(store).add(small_dataset(classes=10))
    assert handwriting.plan(base, which) == PlannedMixture(base, which, None)


def learned_by(store: RunStore, run: Run) -> frozenset[bytes] | None:
    """Return what a run has learned, where each dataset has one drawing: its sha256."""
    return learned_drawings(run, lambda sha256: frozenset({sha256.encode()}), store.run)


def test_a_run_has_learned_the_drawings_in_its_images(store):
    assert learned_by(store, store.run(store.submit(TrainConfig()))) == frozenset({MNIST_SHA256.encode()})


def test_nobody_knows_what_an_imported_network_has_learned_nor_what_started_from_it(store):
    found = ImportedNetwork(Network.load("starter").to_bytes(), TrainConfig(), Score(0.1, 0.9))
    imported = keep_network(store, found, "mine.keras", owner="a" * 32, nickname="", dataset=MNIST_SHA256)
    child = replace(store.run(store.submit(TrainConfig())), parent=Parent(imported, None, ""))
    assert [learned_by(store, run) for run in (store.run(imported), child)] == [None, None]
