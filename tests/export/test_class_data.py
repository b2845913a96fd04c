"""The export of a class: its drawings as an npz file, its runs as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.export.class_data import COUNT, class_csv, class_npz
from mnist_core.model.numpy_network import Network
from mnist_core.progress import Checkpoint
from mnist_core.runs import Classroom, ClassStore, DatasetStore, HandwritingStore, RunStore, WorkQueue
from mnist_core.runs.handwriting.npz_file import from_npz
from tests.support.databases import claim
from tests.support.idx_server import small_dataset
from tests.support.visits import ME, SOMEBODY_ELSE

FORMULA = "=1+1"


@pytest.fixture
def classroom(store) -> Classroom:
    found = ClassStore(store).open()
    for owner, nickname in ((ME, FORMULA), (SOMEBODY_ELSE, "Bob")):
        ClassStore(store).join(found.id, owner, nickname)
    images = load_dataset("mnist")
    for index in range(8):
        owner, nickname = ((ME, FORMULA), (SOMEBODY_ELSE, "Bob"))[index % 2]
        label = int(images.test_labels[index])
        HandwritingStore(store).keep(found.set_id, images.test_images[index], label, owner, nickname)
    return found


def rows_of(store: RunStore, classroom: Classroom) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(class_csv(store, classroom).decode())))


def test_the_drawings_come_back_with_who_wrote_them(store, classroom):
    data = class_npz(store, classroom)
    with np.load(io.BytesIO(data)) as arrays:
        assert arrays["writers"].tolist() == [FORMULA, "Bob"] * 4
        assert arrays["class_names"].tolist() == list("0123456789")
    images, labels = from_npz(data)
    assert labels.tolist() == load_dataset("mnist").test_labels[:8].tolist()
    assert (images == load_dataset("mnist").test_images[:8]).all()


def test_an_empty_class_has_empty_files(store):
    classroom = ClassStore(store).open()
    with np.load(io.BytesIO(class_npz(store, classroom))) as arrays:
        assert arrays["images"].shape == (0, 28, 28)
    assert rows_of(store, classroom) == []


def test_each_run_has_its_accuracy_on_new_drawings_of_the_class(store, classroom):
    plain = store.submit(TrainConfig(epochs=1), owner=ME, nickname=FORMULA)
    mixture = HandwritingStore(store).mixture(classroom.set_id, "mnist", ME, FORMULA)
    learned = store.submit(TrainConfig(epochs=1), owner=SOMEBODY_ELSE, nickname="Bob", dataset=mixture.sha256)
    network = Network.load("starter")
    queue = WorkQueue(store)
    queue.record(claim(queue, run_id=plain), [], 1.0, Checkpoint(1, network.to_bytes(), b""))
    queue.record(claim(queue, run_id=learned), [], 1.0, Checkpoint(1, network.to_bytes(), b""))
    rows = {int(row["run"]): row for row in rows_of(store, classroom)}
    drawings = HandwritingStore(store).drawings(classroom.set_id)
    right = (network.predict(drawings.images).argmax(axis=1) == drawings.labels).mean()
    assert float(rows[plain]["class_accuracy"]) == pytest.approx(right)
    assert (rows[plain][COUNT], rows[learned][COUNT]) == ("8", "4"), "one of the two writers is learned from"
    assert rows[plain]["owner"] == "'" + FORMULA, "no formula for a spreadsheet"


def test_a_run_for_as_many_other_classes_has_no_accuracy(store, classroom):
    images = replace(small_dataset(classes=10), class_names=tuple("abcdefghij"))
    letters = DatasetStore(store).add(images, ME).sha256
    run = store.submit(TrainConfig(epochs=1), owner=ME, nickname=FORMULA, dataset=letters)
    queue = WorkQueue(store)
    queue.record(claim(queue, run_id=run), [], 1.0, Checkpoint(1, Network.load("starter").to_bytes(), b""))
    (row,) = rows_of(store, classroom)
    assert (row["class_accuracy"], row[COUNT]) == ("", "0")


def test_a_run_without_a_network_has_no_accuracy(store, classroom):
    store.submit(TrainConfig(), owner=SOMEBODY_ELSE, nickname="Bob")
    (row,) = rows_of(store, classroom)
    assert (row["class_accuracy"], row[COUNT]) == ("", "0")
