"""Downloads: files as browsers get them from their addresses, and the buttons that link to them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from email.message import Message

import numpy as np
import pytest
import streamlit as st

from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, MNIST_SHA256, load_dataset
from mnist_core.export.formats import FORMATS
from mnist_core.ledger import Brush, ViewState, owner_tag
from mnist_core.runs import DatasetStore, HandwritingStore, JobQueue, Requester, RunStore, State
from mnist_core.runs.schema import blobs, job_blobs
from mnist_core.text.escape import for_file_name
from mnist_core.workers.worker import Worker
from pages.routes import routes
from pages.shared.downloads import addresses
from tests.support.idx_server import small_dataset
from tests.support.route_client import Response, get_route
from tests.support.visits import ME, SOMEBODY_ELSE

Get = Callable[[str], Response]
SCRIPT, NOTEBOOK, START, KERAS, ONNX, WEIGHTS, HISTORY, SETTINGS = FORMATS.values()


@pytest.fixture
def get(fresh_cache: None, store: RunStore) -> Get:
    """Ask for a file by its address; whatever no answer was made for fails the test."""
    return get_route


def saved_as(answer: Response) -> str:
    """The name under which a browser saves an answer."""
    assert answer.status == 200, answer.text
    return name_in(answer.headers["Content-Disposition"])


def name_in(header: str) -> str:
    """The file name that the header gives to those who know RFC 8187, as every browser does."""
    head = Message()
    head["Content-Disposition"] = re.sub(r' filename="[^"]*";', "", header)
    return head.get_filename(failobj="")


def refused(answer: Response, status: int) -> str:
    """The sentence with which nothing is sent."""
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Content-Disposition" not in answer.headers
    assert answer.text.endswith(".")
    return answer.text


# -- what there is ------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", [SCRIPT, NOTEBOOK, WEIGHTS, HISTORY, SETTINGS])
def test_a_run_is_sent_in_every_format(get: Get, make_run, store, item):
    run = store.run(make_run(State.FINISHED))
    answer = get(addresses.of_run(run.id, item))
    assert saved_as(answer) == item.file_name(run)
    assert answer.headers["Content-Type"].startswith(item.media_type)
    assert answer.headers["Cache-Control"] == "no-store", "it may be trained further"
    assert len(answer.body) > 100


@pytest.mark.slow
def test_an_address_brings_the_newest_network(get: Get, make_run, store):
    run_id = make_run(State.PAUSED)
    before = get(addresses.of_run(run_id, HISTORY)).text
    store.resume(run_id)
    Worker(store).work(run_id)
    after = get(addresses.of_run(run_id, HISTORY)).text
    assert after.startswith(before)
    assert len(after) > len(before)


def test_a_model_that_a_worker_made_is_sent(get: Get, make_run, store):
    run = store.run(make_run(State.FINISHED))
    job = JobQueue(store).export(run.id, run.step, ONNX.name, ONNX.file_name(run), ME)
    refused(get(addresses.of_model(job)), 409)
    Worker(store).work()
    assert saved_as(get(addresses.of_model(job))) == f"digits_run_{run.id}.onnx"
    with store.writing() as connection:
        connection.execute(job_blobs.update().values(data=b"damaged"))
    assert "damaged" in refused(get(addresses.of_model(job)), 500)
    store.delete(run.id)
    assert "deleted" in refused(get(addresses.of_model(job)), 404)


def test_what_somebody_imports_is_no_model_to_send(get: Get, store):
    job = JobQueue(store).submit_import(b"somebody's network", "mine.keras", SOMEBODY_ELSE, "")
    refused(get(addresses.of_model(job)), 404)


def test_images_of_every_dataset_are_sent(get: Get, store):
    mnist = get(addresses.of_images(MNIST_SHA256))
    assert saved_as(mnist) == "mnist.npz"
    shapes = DatasetStore(store).add(small_dataset(classes=3), ME)
    answer = get(addresses.of_images(shapes.sha256))
    assert saved_as(answer) == shapes.file_name
    with np.load(io.BytesIO(answer.body)) as arrays:
        assert len(arrays["x_train"]) == shapes.train_images
    DatasetStore(store).delete(shapes.sha256, Requester(ME))
    assert "deleted" in refused(get(addresses.of_images(shapes.sha256)), 404)


@pytest.mark.parametrize("name", ["手写", "Klasse 7b", 'a"; filename="b.exe', "x\r\nSet-Cookie: a=b", "../../etc"])
def test_a_handwriting_set_is_sent_under_its_name(get: Get, store, name):
    handwriting = HandwritingStore(store)
    number = handwriting.create(name, DIGITS, ME, "Ada")
    handwriting.keep(number, load_dataset().test_images[0], 7, ME, "Ada")
    answer = get(addresses.of_drawings(number))
    assert saved_as(answer) == for_file_name(name, ".npz")
    assert {"set-cookie", "a"}.isdisjoint(answer.headers)
    with np.load(io.BytesIO(answer.body)) as arrays:
        assert arrays["labels"].tolist() == [7]
        assert set(arrays) == {"images", "labels", "class_names"}, "and not who drew them"
    handwriting.delete(number, Requester(ME))
    refused(get(addresses.of_drawings(number)), 404)


def rows(answer: Response) -> list[dict[str, str]]:
    assert saved_as(answer) == "runs.csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (ViewState(of="all"), ["4", "3", "2", "1"]),
        (ViewState(of=owner_tag(ME)), ["4", "2", "1"]),
        (ViewState(of="all", runs=(1, 3)), ["3", "1"]),
        (ViewState(of="all", filter="seed >= 2"), ["4", "3"]),
        (ViewState(of="all", filter="seed >="), ["4", "3", "2", "1"]),
        (ViewState(of="all", brush=(Brush("seed", 1, 2),)), ["3", "2"]),
    ],
    ids=["everyone's", "mine", "ticked", "filtered", "a filter that is none", "brushed"],
)
def test_the_ledger_is_sent_as_it_is_shown(get: Get, store, view, expected):
    for seed in range(5):
        store.submit(TrainConfig(seed=seed), owner=SOMEBODY_ELSE if seed == 2 else ME, nickname="Ada")
    store.delete(5)
    answer = get(addresses.of_ledger(view))
    assert [row["run"] for row in rows(answer)] == expected
    assert ME not in answer.text, "a browser's id is a secret"


# -- what there is not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (addresses.of_run(7, SCRIPT), 404),
        (addresses.of_run(10**30, WEIGHTS), 404),
        (f"files/runs/{'9' * 5000}/npz", 404),
        (addresses.of_run(1, KERAS), 404),
        ("files/runs/1/exe", 404),
        (addresses.of_run(1, WEIGHTS), 409),
        (addresses.of_run(1, HISTORY), 409),
        (addresses.of_run(1, START), 409),
        (addresses.of_model(10**30), 404),
        (addresses.of_images("0" * 64), 404),
        (addresses.of_images("%00"), 404),
        (addresses.of_drawings(0), 404),
        ("files/runs.csv?runs=many", 400),
        ("files/runs.csv?brush=nothing:1..2", 400),
        ("files/runs.csv?of=%00", 400),
    ],
)
def test_what_cannot_be_sent_is_said_in_a_sentence(get: Get, store, address, status):
    store.submit(TrainConfig(), owner=ME)
    refused(get(address), status)


def test_deleted_damaged_and_imported_runs_say_so(get: Get, make_run, store):
    deleted, damaged = make_run(State.FINISHED), make_run(State.FINISHED)
    store.delete(deleted)
    for item in (SCRIPT, WEIGHTS, HISTORY, SETTINGS):
        assert "deleted" in refused(get(addresses.of_run(deleted, item)), 404)
    with store.writing() as connection:
        connection.execute(blobs.update().where(blobs.c.run_id == damaged).values(data=b"damaged"))
    assert "damaged" in refused(get(addresses.of_run(damaged, WEIGHTS)), 500)


def test_a_store_that_is_away_is_said_in_a_sentence(get: Get, monkeypatch):
    monkeypatch.setenv("MNIST_DATABASE_URL", "sqlite:////proc/nowhere/runs.sqlite")
    assert "The run store" in refused(get(addresses.of_run(1, SCRIPT)), 503)


def test_files_are_under_the_base_path_of_the_app(monkeypatch):
    monkeypatch.setattr(st, "get_option", lambda _name: "/digits/")
    assert all(route.path.startswith("/digits/") for route in routes())
