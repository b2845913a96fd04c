"""The export menu, imports, and links with settings, without a browser."""

from __future__ import annotations

import pytest

from mnist_core.config import TrainConfig
from mnist_core.export.export_run import export_run
from mnist_core.runs import DatasetStore, JobQueue, State, WorkQueue
from mnist_core.text.words import percent
from mnist_core.workers.worker import Worker
from pages.shared import import_network
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import add_run_with_network
from tests.support.visits import ME, TRAIN, OpenPage

EVALUATE = "evaluate/page.py"
IMPORTED_FOR = "Dataset that it classifies"


@pytest.mark.slow
@pytest.mark.parametrize("path", [TRAIN, EVALUATE])
def test_everything_of_a_run_can_be_downloaded(open_page, make_run, path):
    page = open_page(path, run=make_run(State.FINISHED))
    code, data = (
        {"Python script", "Notebook", "Images (11 MB)"},
        {"Weights (NumPy)", "History (CSV)", "Settings (JSON)"},
    )
    assert set(page.downloads) == code | data
    assert {"Make Keras model", "Make ONNX model"} <= page.buttons


def test_model_is_made_by_a_worker_and_then_offered(open_page, make_run, store):
    page = open_page(EVALUATE, run=make_run(State.FINISHED))
    page.press("Make ONNX model")
    assert page.button("ONNX model: being made …").disabled
    assert "No worker is running" in page.words
    Worker(store).work()
    page.rerun()
    assert page.downloads["ONNX model"] == "files/models/1"


def test_run_without_a_step_has_nothing_to_export_but_code(open_page, store):
    page = open_page(TRAIN, run=store.submit(TrainConfig(), owner=ME))
    assert "as soon as the training has begun" in page.words
    assert set(page.downloads) == {"Python script", "Notebook", "Images (11 MB)"}


@pytest.mark.slow
def test_imported_run_is_shown_for_what_it_is(open_page, make_run, store):
    data = export_run(store, make_run(State.FINISHED), "keras")
    JobQueue(store).submit_import(data, "mine.keras", ME, "")
    Worker(store).work()
    page = open_page(TRAIN, run=2)
    assert "Run 2: mine.keras, 16 units, relu" in page.words
    assert "This network was imported" in page.words
    assert "\\+1 epoch" not in page.buttons
    assert "+1 epoch" not in page.buttons
    assert page.metrics["Test accuracy"] == percent(store.run(1).test_accuracy)
    assert set(page.downloads) == {"Weights (NumPy)"}
    page.go_to(EVALUATE, run=2)
    assert page.app.selectbox[0].value == 2


def follow(open_page, **query: str) -> OpenPage:
    page = open_page(TRAIN)
    page.app.query_params.update(query)
    page.rerun()
    return page


def test_link_fills_the_train_page_in(open_page, store):
    page = follow(open_page, hidden_units="512", epochs="10", optimizer="sgd", dropout="0.2")
    assert not page.app.warning
    assert (page.text("Hidden units").value, page.number("Learning rate").value) == ("512", 0.01)
    page.press("Train")
    assert store.run(1).config == TrainConfig(hidden_units=512, epochs=10, optimizer="sgd", dropout=0.2)
    assert dict(page.app.query_params) == {"run": "1"}


def test_link_names_what_cannot_be_and_keeps_the_rest(open_page):
    page = follow(open_page, hidden_units="5000", epochs="10", colour="red")
    (warning,) = page.app.warning
    assert "There is no setting named “colour”" in warning.value
    assert "Hidden units must be a whole number from 1 to 2,048" in warning.value
    assert (page.text("Hidden units").value, page.number("Epochs").value) == ("256", 10)


def test_settings_of_a_link_can_be_changed(open_page):
    page = follow(open_page, hidden_units="512")
    page.type("Hidden units", 64)
    assert page.text("Hidden units").value == "64"


def test_link_without_any_setting_leaves_the_page_alone(open_page):
    page = open_page(TRAIN)
    page.type("Hidden units", 64)
    page.app.query_params["colour"] = "red"
    page.rerun()
    assert page.text("Hidden units").value == "64"
    assert "“colour”" in page.words


@pytest.mark.slow
def test_a_network_is_imported_for_the_dataset_that_it_reads(open_page, store):
    shapes = DatasetStore(store).add(small_dataset(classes=4))
    store.submit(TrainConfig(hidden_units=16, epochs=1, batch_size=50), dataset=shapes.sha256)
    Worker(store).work()
    page = open_page(EVALUATE)
    page.choose(IMPORTED_FOR, shapes.sha256)
    page.app.file_uploader[0].upload("mine.keras", export_run(store, 1, "keras"))
    page.rerun()
    page.press("Import")
    Worker(store).work()
    page.rerun()
    assert store.run(2).dataset == "shapes"
    assert page.app.selectbox[0].value == 2


# -- what a worker is waited for ----------------------------------------------------------------------


def test_an_import_is_told_as_it_stands(open_page, store):
    page, jobs = open_page(EVALUATE), JobQueue(store)
    assert page.button("Import").disabled
    page.app.file_uploader[0].upload("mine.keras", b"a network")
    page.rerun()
    page.press("Import")
    assert "mine.keras is being read: no worker is running at the moment" in page.words
    WorkQueue(store).heartbeat("worker", ready=True)
    page.rerun()
    assert "mine.keras is being read: this takes a moment." in page.words
    job = jobs.claim("worker")
    assert job is not None
    assert (job.owner, job.file_name) == (ME, "mine.keras")
    jobs.fail(job, "It has a layer of another kind.")
    page.rerun()
    assert [it.value for it in page.app.error] == ["mine.keras was not imported. It has a layer of another kind."]
    assert "is being read" not in page.words


def test_an_import_that_has_failed_is_not_asked_about_any_longer(open_page, store, monkeypatch):
    jobs, intervals = JobQueue(store), list[float | None]()

    def refreshed(show, seconds, key):
        def draw(*arguments):
            intervals.append(seconds)
            if seconds:  # the worker is as fast as that
                job = jobs.claim("worker")
                assert job is not None
                jobs.fail(job, "It has a layer of another kind.")
            show(*arguments)

        return draw

    page = open_page(EVALUATE)
    monkeypatch.setattr("pages.shared.import_network.refreshed", refreshed)
    page.app.file_uploader[0].upload("mine.keras", b"a network")
    page.rerun()
    page.press("Import")
    assert [it.value for it in page.app.error] == ["mine.keras was not imported. It has a layer of another kind."]
    assert intervals[-2:] == [import_network.POLL_SECONDS, None]


def test_the_dataset_of_an_import_stays_chosen_when_others_come(open_page, store):
    first = DatasetStore(store).add(small_dataset("first", seed=1))
    page = open_page(EVALUATE)
    page.app.file_uploader[0].upload("mine.keras", b"a network")
    page.choose(IMPORTED_FOR, first.sha256)
    DatasetStore(store).add(small_dataset("second", seed=2))
    page.press("Import")
    job = JobQueue(store).claim("worker")
    assert job is not None
    assert job.dataset_sha256 == first.sha256


def test_a_model_that_could_not_be_made_can_be_asked_for_again(open_page, store):
    page, jobs = open_page(TRAIN, add_run_with_network(store, State.FINISHED)), JobQueue(store)
    page.press("Make Keras model")
    assert page.button("Keras model: being made …").disabled
    assert not page.button("Make ONNX model").disabled
    job = jobs.claim("worker")
    assert job is not None
    jobs.fail(job, "There was too little memory.")
    page.rerun()
    assert [it.value for it in page.app.error] == ["There was too little memory."]
    page.press("Make Keras model")
    assert not page.app.error
    assert page.button("Keras model: being made …").disabled


def test_a_model_is_not_offered_once_the_run_has_learned_more(open_page, store):
    run_id = add_run_with_network(store, State.PAUSED)
    page, jobs = open_page(TRAIN, run_id), JobQueue(store)
    page.press("Make Keras model")
    job = jobs.claim("worker")
    assert job is not None
    jobs.finish_export(job, b"a model")
    page.rerun()
    assert page.downloads["Keras model"] == f"files/models/{job.id}"
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET step = 3")
    page.rerun()
    assert "Keras model" not in page.downloads
    assert "Make Keras model" in page.buttons


def test_a_model_that_waits_for_a_worker_says_so_only_as_long_as_there_is_none(open_page, store):
    page = open_page(TRAIN, add_run_with_network(store, State.FINISHED))
    sentence = "The file is made as soon as one is back."
    assert sentence not in page.words
    page.press("Make Keras model")
    assert sentence in page.words
    WorkQueue(store).heartbeat("worker", ready=True)
    page.rerun()
    assert sentence not in page.words
