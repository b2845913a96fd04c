"""Datasets in the run store: kept once, found by what they contain, and trained on by workers wherever they are."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image

from mnist_core.cli.main import main
from mnist_core.config import ConfigError, TrainConfig
from mnist_core.data import MNIST_SHA256, DatasetError, load_dataset
from mnist_core.data.cache import DatasetCache
from mnist_core.data.extra_training_images import ExtraImages
from mnist_core.export.export_run import export_run
from mnist_core.network import Network
from mnist_core.runs import ClassStore, DatasetInUse, DatasetStore, Requester, RunStore, State, schema
from mnist_core.runs.dataset_store import pack
from mnist_core.runs.schema import dataset_blobs
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.workers.worker import Worker
from scripts.running_app import wait_until
from tests.support.databases import both_databases, change, count_of, somebody_waits
from tests.support.idx_server import small_dataset
from tests.support.visits import ME, SOMEBODY_ELSE

SHAPES = small_dataset(classes=12)
CONFIG = TrainConfig(hidden_units=16, epochs=2, batch_size=64)


@pytest.fixture
def dataset_store(store: RunStore) -> DatasetStore:
    return DatasetStore(store)


def test_the_same_images_are_kept_once(dataset_store):
    first = dataset_store.add(SHAPES, ME, "Ada")
    assert dataset_store.add(replace(SHAPES, name="the same")) == first
    assert [info.name for info in dataset_store.all()] == ["mnist", "shapes"]
    assert (first.sha256, first.classes, first.train_images, first.nickname) == (SHAPES.sha256, 12, 600, "Ada")
    assert dataset_store.load(first.sha256).sha256 == SHAPES.sha256
    assert dataset_store.info("shapes") == dataset_store.info(first.sha256) == first
    assert dataset_store.load(MNIST_SHA256) is load_dataset()


def test_a_name_stands_for_one_content(dataset_store):
    dataset_store.add(SHAPES)
    other = small_dataset(seed=1)
    for name in ("shapes", "", "mnist", "Fashion-MNIST"):
        with pytest.raises(DatasetError, match="Choose another name"):
            dataset_store.add(replace(other, name=name), ME)


def test_images_that_were_damaged_in_the_store_are_not_used(dataset_store, store):
    dataset_store.add(SHAPES)
    other = pack(small_dataset(classes=12, seed=1))
    with store.writing() as connection:
        connection.execute(sa.update(dataset_blobs).values(data=other))
    with pytest.raises(DatasetError, match="images of shapes are damaged"):
        dataset_store.load(SHAPES.sha256)


def test_a_dataset_that_runs_need_is_not_deleted(dataset_store, store):
    sha256 = dataset_store.add(SHAPES, ME).sha256
    run = store.submit(CONFIG, dataset="shapes")
    with pytest.raises(DatasetInUse, match=f"runs need it: {run}"):
        dataset_store.delete(sha256, Requester(ME))
    with pytest.raises(DatasetInUse, match="comes with the app"):
        dataset_store.delete(MNIST_SHA256, Requester("", at_server=True))
    unused = dataset_store.add(small_dataset(seed=2, name="unused"), ME).sha256
    dataset_store.delete(unused, Requester(ME))
    with pytest.raises(DatasetError, match=r"no dataset named .* Known: mnist, shapes"):
        store.submit(CONFIG, dataset=unused)


def test_only_who_brought_a_dataset_along_deletes_it(dataset_store):
    """Or the person at the server. Who brings the same images along later has only found them there."""
    sha256 = dataset_store.add(SHAPES, ME, "Ada").sha256
    assert dataset_store.add(SHAPES, SOMEBODY_ELSE, "Bob").owner == ME
    for stranger in (SOMEBODY_ELSE, ""):
        with pytest.raises(DatasetError, match="shapes is somebody else's: only the person who added it can delete it"):
            dataset_store.delete(sha256, Requester(stranger))
    assert dataset_store.load(sha256).sha256 == sha256
    dataset_store.delete(sha256, Requester(ME))
    dataset_store.add(SHAPES, SOMEBODY_ELSE)
    dataset_store.delete(sha256, Requester(ME, at_server=True))
    assert [info.name for info in dataset_store.all()] == ["mnist"]


@pytest.mark.parametrize(("owner", "offered"), [(ME, True), (SOMEBODY_ELSE, False), ("", False)])
def test_the_page_offers_to_delete_ones_own_datasets_alone(dataset_store, open_page, owner, offered):
    sha256 = dataset_store.add(SHAPES, owner, "Ada").sha256
    page = open_page("data/page.py")
    next(box for box in page.app.selectbox if box.label == "Dataset").select(sha256)
    page.rerun()
    assert ("Delete this dataset" in page.buttons) is offered
    assert "Added by Ada." in page.words


@pytest.mark.slow
def test_runs_on_different_images_take_turns_in_one_worker(dataset_store, store):
    dataset_store.add(SHAPES)
    other = dataset_store.add(small_dataset("others", classes=12, seed=5))
    runs = [store.submit(CONFIG, dataset=name) for name in ("shapes", "others")]
    worker = Worker(store)
    while worker.work():
        pass
    for number, sha256 in zip(runs, (SHAPES.sha256, other.sha256), strict=True):
        run = store.run(number)
        assert (run.state, run.dataset_sha256) == (State.FINISHED, sha256), run.message
        assert run.test_accuracy > 0.9
        assert Network.load(number).predict(SHAPES.test_images).shape == (120, 12)
    alone = store.submit(CONFIG, dataset="shapes")
    Worker(store).work(alone)
    assert store.network_bytes(alone) == store.network_bytes(runs[0])


@pytest.mark.slow
def test_a_network_for_other_classes_is_exported_as_a_model(dataset_store, store):
    dataset_store.add(SHAPES)
    number = store.submit(replace(CONFIG, epochs=1), dataset="shapes")
    Worker(store).work(number)
    for kind in ("keras", "onnx"):
        assert export_run(store, number, kind)


def test_settings_must_fit_the_dataset(dataset_store, store):
    dataset_store.add(SHAPES)
    with pytest.raises(ConfigError, match="at most 600, the number of training images"):
        store.submit(TrainConfig(batch_size=601), dataset="shapes")


def test_runs_of_earlier_programs_learned_from_mnist(store):
    number = store.submit(CONFIG)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE runs SET dataset_sha256 = ''"))
    assert store.run(number).dataset_sha256 == MNIST_SHA256


def test_a_process_keeps_the_datasets_that_it_used_last(dataset_store):
    first, second = dataset_store.add(SHAPES).sha256, dataset_store.add(small_dataset("others", seed=5)).sha256
    kept = DatasetCache(dataset_store.load, most_bytes=600_000)
    one = kept.get(first)
    assert kept.get(first) is one
    kept.get(second)
    assert (first in kept, second in kept) == (False, True)


def test_the_terminal_tells_what_it_found_before_it_adds_anything(store, tmp_path, capsys):
    shapes = small_dataset()
    path = tmp_path / "light.npz"
    images = (255 - shapes.train_images[..., None], 255 - shapes.test_images[..., None])
    labels = (shapes.train_labels, shapes.test_labels)
    np.savez(path, x_train=images[0], x_test=images[1], y_train=labels[0], y_test=labels[1])
    assert main(["data", str(path)]) == 2
    told = capsys.readouterr().err
    assert "Converted: The images, of the shape (n, 28, 28, 1), became (n, 28, 28)." in told
    assert "Found: The images are dark on light paper" in told
    assert "Add --invert" in told
    assert [info.name for info in DatasetStore(store).all()] == ["mnist"]
    assert main(["data", str(path), "--invert", "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert (added["sha256"], added["cured"]) == (replace(shapes, class_names=("0", "1", "2")).sha256, ["invert"])
    assert main(["data", str(path), "--as-is", "--name", "as it is"]) == 0
    as_it_is = DatasetStore(store).load(DatasetStore(store).info("as it is").sha256)
    assert (as_it_is.train_images == 255 - shapes.train_images).all()


def test_the_terminal_takes_a_folder_of_pictures(store, tmp_path, capsys):
    shapes = small_dataset(train=30)
    for number, (image, label) in enumerate(zip(shapes.train_images, shapes.train_labels, strict=True)):
        folder = tmp_path / "bars" / "train" / shapes.class_names[label]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{number}.png")
    pictures = [str(path) for path in sorted((tmp_path / "bars").rglob("*.png"))]
    for files, name in (([str(tmp_path / "bars")], "bars"), (pictures, "bars again")):
        assert main(["data", *files, "--hold-out", "--name", name]) == 0
    assert [(it.name, it.train_images, it.test_images) for it in DatasetStore(store).all()[1:]] == [("bars", 27, 3)]
    assert DatasetStore(store).info("bars").class_names == shapes.class_names
    assert "The labels were texts, which became the names of the classes" in capsys.readouterr().err


@pytest.mark.slow
def test_a_class_without_test_images_has_no_score(store, capsys, open_page):
    shapes = small_dataset(classes=12)
    kept = shapes.test_labels != 3
    DatasetStore(store).add(replace(shapes, test_images=shapes.test_images[kept], test_labels=shapes.test_labels[kept]))
    number = store.submit(replace(CONFIG, epochs=1), dataset="shapes")
    Worker(store).work(number)
    assert main(["evaluate", str(number), "--json"]) == 0
    classes = json.loads(capsys.readouterr().out)["classes"]
    assert [classes[name][3] for name in ("precision", "recall", "f1", "support")] == [None, None, None, 0]
    assert classes["support"][4] == 10
    assert main(["evaluate", str(number)]) == 0
    assert re.search(r"bar 3 +– +– +– +0\n", capsys.readouterr().out)
    page = open_page("evaluate/page.py", number)
    assert page.app.table[0].value.iloc[3].tolist() == ["bar 3", "–", "–", "–"]
    assert "A dash: there are no test images of this class." in page.words


@pytest.mark.slow
def test_datasets_are_added_listed_and_trained_on_in_the_terminal(store, tmp_path, capsys):
    path = tmp_path / "shapes.npz"
    path.write_bytes(pack(SHAPES))
    assert main(["data", str(path), "--name", "my shapes"]) == 0
    assert main(["data", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [(item["name"], item["train_images"]) for item in listed] == [("mnist", 60000), ("my shapes", 600)]
    train = ["train", "--dataset", "my shapes", "--hidden-units", "16", "--epochs", "1", "--batch-size", "64", "--json"]
    assert main(train) == 0
    assert "worker" not in {thread.name for thread in threading.enumerate()}, "it has ended with the command"
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["evaluate", str(last["run_id"]), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["test_accuracy"] == last["test_accuracy"]
    assert main(["train", "--dataset", "nothing"]) == 2
    assert "Known: mnist, my shapes" in capsys.readouterr().err
    path.write_bytes(b"PK")
    assert main(["data", str(path)]) == 2
    assert "not an npz file" in capsys.readouterr().err


def submit_run(store: RunStore, dataset: str) -> None:
    store.submit(TrainConfig(batch_size=1), dataset=dataset)


def submit_sweep(store: RunStore, dataset: str) -> None:
    base = TrainConfig(batch_size=1, validation_images=10)
    SweepStore(store).submit(Plan(base, Space.parse({"hidden_units": "8; 16"})), owner=ME, dataset=dataset)


def mix(store: RunStore, dataset: str) -> None:
    extra = ExtraImages(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8), 1)
    DatasetStore(store).add_mixture(dataset, extra, "Digits")


@both_databases
@pytest.mark.parametrize("submit", [submit_run, submit_sweep, mix])
def test_nothing_is_made_of_a_dataset_that_is_deleted_just_before(store, monkeypatch, submit):
    sha256 = DatasetStore(store).add(small_dataset(), ME).sha256
    writing = RunStore.writing

    def deleted_before(store: RunStore) -> Any:
        monkeypatch.undo()
        DatasetStore(store).delete(sha256, Requester(ME))
        return writing(store)

    monkeypatch.setattr(RunStore, "writing", deleted_before)
    with pytest.raises(DatasetError, match="There is no dataset"):
        submit(store, sha256)
    assert [count_of(store, table) for table in (schema.runs, schema.sweeps, schema.datasets)] == [0, 0, 0]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("submit", [submit_run, submit_sweep])
@pytest.mark.parametrize("how", ["dataset", "unused mixtures", "class"])
def test_a_dataset_on_which_something_is_submitted_in_this_moment_stays(store, set_clock, submit, how):
    """It is deleted while a run or a sweep is written; SQLite has one writer."""
    sha256 = DatasetStore(store).add(small_dataset(), ME).sha256
    class_id = ClassStore(store).open("Digits").id
    if how != "dataset":
        its_set = ClassStore(store).of_id(class_id).set_id
        mixture = {"base": MNIST_SHA256, "of": "Digits", "set": its_set, "drawings": 1}
        change(store, schema.datasets, mixture=json.dumps(mixture))
        set_clock(2 * 3600)
    deletions: dict[str, Callable[[], object]] = {
        "dataset": lambda: DatasetStore(store).delete(sha256, Requester(ME)),
        "unused mixtures": DatasetStore(store).forget_unused_mixtures,
        "class": lambda: ClassStore(store).delete(class_id),
    }
    with ThreadPoolExecutor() as other:

        @sa.event.listens_for(store.engine, "before_cursor_execute")
        def delete_before_it_is_written(_connection, _cursor, statement, *_rest):
            if statement.startswith(("INSERT INTO runs", "INSERT INTO sweeps")):
                going = other.submit(deletions[how])
                wait_until(lambda: going.done() or somebody_waits(store), "the deletion has ended, or waits for us")

        submit(store, sha256)
    assert DatasetStore(store).info(sha256).sha256 == sha256
