"""Labelling on the Draw page, the Handwriting page, and scores on handwriting sets, without a browser."""

from __future__ import annotations

import io
import json
from string import ascii_lowercase
from typing import Any

import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from mnist_core.data import DIGITS, load_dataset
from mnist_core.network import Network
from mnist_core.runs import DatasetStore, HandwritingStore, RunStore, State
from mnist_core.runs.handwriting.npz_file import to_npz
from mnist_core.runs.run_records import Requester
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.sweeps.advance import advance_next_sweep
from pages.shared.handwriting_score import Reading, in_words
from pages.visit import session
from pages.visit.visit_cache import visit_cache
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import BARS, add_run_with_network
from tests.support.visits import ME, PAGE_SECONDS, SOMEBODY_ELSE, TRAIN

HANDWRITING, EVALUATE, DATA = "draw/handwriting.py", "evaluate/page.py", "data/page.py"
LETTERS = tuple(ascii_lowercase)
MNIST = load_dataset()


@pytest.fixture
def handwriting(store: RunStore) -> HandwritingStore:
    return HandwritingStore(store)


@pytest.fixture
def drawn(handwriting) -> int:
    """The number of a set with forty drawings, the first of which is said to be something else than it is."""
    number = handwriting.create("Class 7b", DIGITS, ME, "Ada")
    for index in range(40):
        label = int(MNIST.test_labels[index]) if index else 3
        handwriting.keep(number, MNIST.test_images[index], label, ME, "Ada")
    return number


def drawing_that_was_read(index: int, class_names: tuple[str, ...] = DIGITS) -> AppTest:
    """A page with nothing but what comes after a prediction of the class 1."""

    def script(index: int, class_names: tuple[str, ...]) -> None:
        import numpy as np

        from mnist_core.data import load_dataset
        from pages.shared.labelling import ask_label

        ask_label((load_dataset().test_images[index] / 255).astype(np.float32), 1, class_names)

    app = AppTest.from_function(script, default_timeout=PAGE_SECONDS, args=(index, class_names))
    app.session_state["kept_browser"] = ME
    app.session_state["kept_nickname"] = "Ada"
    return app.run()


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page alone has no others to link to."""
    monkeypatch.setattr(st, "page_link", lambda *_, **__: None)


def test_no_it_is_a_seven(open_page, handwriting, no_links):
    app = drawing_that_was_read(0)
    assert app.button[0].label == "Yes, 1"
    pills: Any = app.get("button_group")[0]
    pills.select(7).run()
    assert not app.exception
    (kept_in,) = handwriting.sets(DIGITS)
    assert (kept_in.name, kept_in.owner) == ("Ada’s handwriting", ME)
    assert handwriting.drawings(kept_in.id).labels.tolist() == [7]
    assert (handwriting.drawings(kept_in.id).images[0] == MNIST.test_images[0]).all()
    assert "Kept as 7 in *Ada’s handwriting* (1 drawing)." in app.markdown[0].value
    app.button(key="label_undo").click().run()
    assert len(handwriting.drawings(kept_in.id)) == 0
    assert app.button[0].label == "Yes, 1", "it can be said again"


def test_yes_right_goes_to_the_chosen_set(open_page, handwriting, drawn, no_links):
    app = drawing_that_was_read(50)
    app.button(key="label_yes").click().run()
    assert handwriting.drawings(drawn).labels[-1] == 1
    assert [it.count for it in handwriting.sets()] == [41]


def test_a_network_with_other_classes_asks_for_the_label_of_the_same_drawing_again(open_page, handwriting, no_links):
    app = drawing_that_was_read(0, LETTERS)
    app.selectbox[0].select(25).run()
    assert "Kept as z" in app.markdown[0].value
    app.args = (0, DIGITS)
    app.run()
    assert not app.exception
    assert app.button[0].label == "Yes, 1"
    app.args = (0, LETTERS)
    assert "Kept as z" in app.run().markdown[0].value


def test_what_is_said_of_a_kept_drawing_is_what_the_store_has_of_it(open_page, handwriting, drawn, no_links):
    app = drawing_that_was_read(50)
    app.button(key="label_yes").click().run()
    (*_, number) = handwriting.drawings(drawn).ids
    other = handwriting.create("Another", DIGITS, ME, "Ada")
    app.session_state["kept_handwriting_set"] = other
    assert "Kept as 1 in *Class 7b* (41 drawings)." in app.run().markdown[0].value
    handwriting.relabel(number, 7, Requester(ME))
    assert "Kept as 7 in *Class 7b* (41 drawings)." in app.run().markdown[0].value
    handwriting.remove([number], Requester(ME))
    assert app.run().button[0].label == "Yes, 1"


def test_drawings_are_looked_through_and_corrected(open_page, handwriting, drawn):
    page = open_page(HANDWRITING)
    assert "MNIST" in page.words
    page.type("Number of the drawing", 1)
    page.app.selectbox[-1].select(7)
    page.rerun()
    assert handwriting.drawings(drawn).labels[0] == 7
    page.type("Number of the drawing", 1)
    page.press("Delete this drawing")
    assert len(handwriting.drawings(drawn)) == 39
    page.press("Undo")
    assert len(handwriting.drawings(drawn)) == 40
    page.choose("Show", "4")
    assert "There is none" not in page.words


def remembered() -> NDArray[np.float32]:
    """The pixels, 0 to 255, that Inside follows for this browser."""
    return np.rint(255 * np.frombuffer(visit_cache().get(ME, "inside_drawing", b""), np.float32).reshape(28, 28))


def test_a_drawing_is_followed_through_a_network_that_knows_its_class(open_page, store, handwriting, drawn):
    run = add_run_with_network(store, State.FINISHED)
    page = open_page(HANDWRITING, run)
    page.type("Number of the drawing", 1)
    page.press("Follow it through the network")
    assert "The picture, read as " in page.words
    assert dict(page.app.query_params) == {"image": "drawing"}, "the run knows bars: the starter network reads it"
    assert np.array_equal(remembered(), MNIST.test_images[0])
    bars = handwriting.create("Bars", BARS.class_names, ME, "Ada")
    handwriting.keep(bars, BARS.test_images[5], int(BARS.test_labels[5]), ME, "Ada")
    page.go_to(HANDWRITING, run)
    page.app.selectbox(key="handwriting_set_chosen").select(bars)
    page.rerun()
    page.press("Follow it through the network")
    assert dict(page.app.query_params) == {"run": str(run), "image": "drawing"}
    assert np.array_equal(remembered(), BARS.test_images[5])


def test_sets_are_begun_renamed_imported_to_and_deleted(open_page, handwriting, drawn):
    page = open_page(HANDWRITING)
    next(field for field in page.app.text_input if field.label == "Name").set_value("Class 8")
    page.press("Create")
    assert "This set is empty" in page.words
    page.app.file_uploader[0].upload("some.npz", to_npz(handwriting.drawings(drawn), DIGITS))
    page.rerun()
    page.press("Add")
    assert [it.count for it in handwriting.sets()] == [40, 40]
    assert page.app.success[0].value == "40 new drawings."
    page.press("Delete set")
    assert [it.name for it in handwriting.sets()] == ["Class 7b"]
    page.press("Undo")
    assert len(handwriting.sets()) == 2
    page.app.file_uploader[0].upload("photo.npz", b"no npz")
    page.rerun()
    page.press("Add")
    assert "This is not an npz file" in page.words


def test_a_set_may_be_of_another_datasets_classes(open_page, store, handwriting):
    letters = small_dataset(classes=4)
    DatasetStore(store).add(letters, ME)
    page = open_page(HANDWRITING)
    next(field for field in page.app.selectbox if field.label == "Drawings of the classes of").select(letters.sha256)
    next(field for field in page.app.text_input if field.label == "Name").set_value("Letters of 7b")
    page.press("Create")
    assert [it.class_names for it in handwriting.sets()] == [letters.class_names]


def test_what_is_somebody_elses_is_only_looked_at(open_page, drawn, monkeypatch):
    monkeypatch.setattr(session, "at_server", lambda: False)
    page = open_page(HANDWRITING, owner=SOMEBODY_ELSE)
    assert not {"Delete set", "Delete this drawing", "Save"} & page.buttons
    assert not {"Label"} & {field.label for field in page.app.selectbox}
    assert "Somebody else drew this." in page.words
    assert page.app.file_uploader, "the set is open"
    assert "While it is open, everybody else may add up to 200 drawings" in page.words


def test_others_add_to_an_open_set_and_change_what_is_theirs(open_page, handwriting, drawn, monkeypatch):
    monkeypatch.setattr(session, "at_server", lambda: False)
    page = open_page(HANDWRITING, owner=SOMEBODY_ELSE)
    buffer = io.BytesIO()
    np.savez(buffer, images=MNIST.test_images[38:42], labels=np.zeros(4, int))
    page.app.file_uploader[0].upload("four.npz", buffer.getvalue())
    page.rerun()
    page.press("Add")
    assert page.app.success[0].value == (
        "2 new drawings. 2 others were in the set already, drawn by somebody else; their labels stay."
    )
    assert (handwriting.drawings(drawn).labels[38:40] == MNIST.test_labels[38:40]).all()
    page.type("Number of the drawing", 41)
    next(field for field in page.app.selectbox if field.label == "Label").select(5)
    page.rerun()
    assert handwriting.drawings(drawn).labels[40:].tolist() == [5, 0]


def test_who_began_a_set_closes_it_and_deletes_what_others_drew(open_page, handwriting, drawn, monkeypatch):
    monkeypatch.setattr(session, "at_server", lambda: False)
    for index in (50, 51, 52):
        handwriting.keep(drawn, MNIST.test_images[index], 0, SOMEBODY_ELSE, "Bob")
    page = open_page(HANDWRITING)
    assert "Label" not in {field.label for field in page.app.selectbox}, "what they are only Bob says"
    page.press("Delete all 3 by this person")
    assert len(handwriting.drawings(drawn)) == 40
    page.press("Undo")
    assert len(handwriting.drawings(drawn)) == 43
    page.app.toggle[0].set_value(False)
    page.rerun()
    assert [it.open for it in handwriting.sets()] == [False]
    assert not open_page(HANDWRITING, owner=SOMEBODY_ELSE).app.file_uploader


def test_drawings_go_to_no_closed_set_of_somebody_elses(open_page, handwriting, no_links):
    closed = handwriting.create("Bob's", DIGITS, SOMEBODY_ELSE, "Bob", open_to_others=False)
    app = drawing_that_was_read(50)
    app.session_state["kept_handwriting_set"] = closed
    app.button(key="label_yes").click().run()
    assert [(it.owner, it.open, it.count) for it in handwriting.sets()] == [(ME, False, 1), (SOMEBODY_ELSE, False, 0)]


def test_a_run_is_tested_on_handwriting_as_well(open_page, make_run, store, drawn):
    run = make_run(State.FINISHED)
    images = MNIST.test_images[:40]
    right = Network.from_bytes(store.network_bytes(run)).predict(images).argmax(axis=1) == MNIST.test_labels[:40]
    right[0] = False
    page = open_page(TRAIN, run=run)
    assert f"On *Class 7b*: **{right.sum()} of 40 right**" in page.words
    page.go_to(EVALUATE, run=run)
    assert f"**{right.sum()} of 40 right**" in page.words
    assert "On real handwriting" in [it.value for it in page.app.header]


@pytest.mark.slow
def test_a_new_run_learns_from_the_drawings_and_says_how_it_reads_new_ones(open_page, store, handwriting, drawn):
    page = open_page(TRAIN)
    page.choose("Dataset", "MNIST + Class 7b (40) · yours")
    assert "Takes about" in page.words or "less than" in page.words
    page.press("Train")
    run = store.run(1)
    info = DatasetStore(store).info(run.dataset_sha256)
    assert (info.name, info.train_images) == ("MNIST + Class 7b", 64_000)
    assert json.loads(info.mixture)["drawings"] == 40
    assert f"dataset={info.sha256}" in page.app.code[0].value, "the name stands for other drawings tomorrow"
    handwriting.keep(drawn, MNIST.test_images[99], 9, ME, "Ada")
    page.rerun()
    assert page.app.selectbox(key="dataset").value.startswith("handwriting"), "chosen still, with another number"
    drawings = handwriting.drawings(drawn)
    known = np.arange(41) < 40
    reading = Reading(drawings, drawings.labels.astype(np.intp), np.ones(len(known), np.float32), known)
    assert (
        in_words(reading)
        == "**1 of 1 right** (100 %) of new drawings; **40 of 40 right** (100 %) of those that it learned from."
    )
    page.go_to(DATA)
    assert page.app.selectbox(key="dataset").options == ["MNIST"]
    page.go_to(TRAIN)
    page.app.query_params["dataset"] = run.dataset_sha256  # as a link to the run's settings has it
    page.rerun()
    page.press("Train")
    assert store.run(2).dataset_sha256 == run.dataset_sha256  # without the drawing that has come since


@pytest.mark.slow
def test_a_sweep_learns_from_the_drawings_there_are_when_it_begins(open_page, store, drawn):
    page = open_page(TRAIN)
    page.choose("Dataset", "MNIST + Class 7b (40) · yours")
    page.press("Start a sweep")
    page.answer("Start a sweep", "Start the sweep")
    (sweep,) = SweepStore(store).sweeps()
    assert (sweep.dataset, DatasetStore(store).info(sweep.dataset_sha256).train_images) == ("MNIST + Class 7b", 64_000)
    assert advance_next_sweep(SweepStore(store), "worker")
    assert store.runs()[0].dataset_sha256 == sweep.dataset_sha256
