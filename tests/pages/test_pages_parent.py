"""Runs that start from the weights of another run, on the pages: chosen, dropped, taught handwriting, compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, MNIST_SHA256
from mnist_core.runs import STARTER, DatasetStore, HandwritingStore, Run, State, schema
from mnist_core.runs.sweeps.store import SweepStore
from pages.train.hints.hints import _fill_in
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network, end_without_training
from tests.support.visits import ME, RUNS, SOMEBODY_ELSE, TRAIN

EVALUATE = "evaluate/page.py"
DROP = ""
"""The label of the button with a cross alone."""


def add_drawings(store, labels, names=BARS.class_names, owner=ME) -> int:
    """A handwriting set with a drawing of each of these labels, which `runs_with_networks.network` reads right."""
    number = HandwritingStore(store).create("Mine" if owner == ME else "Theirs", names, owner, "", True)
    for label in labels:
        image = BARS.test_images[np.flatnonzero(BARS.test_labels == label)[0]] / 255
        HandwritingStore(store).keep(number, image.astype(np.float32), label, owner, "")
    return number


def link_of(page, label: str) -> tuple[str, str]:
    (link,) = [it.proto for it in page.app.get("page_link") if it.proto.label == label]
    return link.page, link.query_string


# -- Train --------------------------------------------------------------------------------------


def test_a_finished_run_is_continued_with_other_settings_as_a_run_of_its_own(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    page = open_page(TRAIN, number)
    _, query = link_of(page, "Fine-tune it")
    page.app.query_params.update(dict(part.split("=") for part in query.split("&")))
    page.rerun()
    assert f"Continues **run {number} after epoch 2**" in page.words
    page.type("Learning rate", 0.0001)
    page.press("Train")
    child = store.run(number + 1)
    assert child.config == replace(CONFIG, learning_rate=0.0001)
    assert (child.dataset_sha256, child.owner) == (BARS.sha256, ME)
    assert child.parent == store.parent_network(number).parent
    assert "parent" not in page.app.query_params


def test_an_address_asks_for_a_parent_and_changes_what_it_names(open_page, store):
    number = add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    page = open_page(TRAIN)
    page.app.query_params.update({"parent": str(number), "epochs": "7", "hidden_units": "64"})
    page.rerun()
    assert page.number("Epochs").value == 7
    assert page.number("Batch size").value == CONFIG.batch_size
    assert page.app.selectbox(key="dataset").value == BARS.sha256


def test_the_architecture_is_the_parents_and_cannot_be_changed_until_the_parent_is_dropped(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    page = open_page(TRAIN)
    page.app.query_params["parent"] = str(number)
    page.rerun()
    assert (page.text("Hidden units").value, page.text("Hidden units").disabled) == ("3", True)
    assert page.number("Hidden layers").disabled
    assert page.app.selectbox(key="setting_activation").disabled
    assert page.app.toggle(key="setting_batch_normalisation").disabled
    assert "A run that continues another one has no batch normalisation" in page.words
    assert not page.number("Batch size").disabled
    page.press(DROP)
    assert "Continues" not in page.words
    assert "parent" not in page.app.query_params
    assert not page.app.toggle(key="setting_batch_normalisation").disabled
    assert not page.text("Hidden units").disabled
    page.press("Train")
    assert store.run(number + 1).parent is None


def test_the_starter_network_is_continued_by_an_address(open_page, store):
    page = open_page(TRAIN)
    page.app.query_params.update({"parent": "starter", "epochs": "1", "augment": "off"})
    page.rerun()
    assert "Continues **the starter network**" in page.words
    page.press("Train")
    assert store.run(1).parent.id == STARTER


def test_what_cannot_be_continued_is_said_and_the_page_goes_on(open_page, store):
    waiting = store.submit(TrainConfig())
    page = open_page(TRAIN)
    for asked, words in ((str(waiting), f"Run {waiting} is in training."), ("99", "There is no run 99.")):
        page.app.query_params["parent"] = asked
        page.rerun()
        assert any(warning.value.startswith(words) for warning in page.app.warning)
        assert not page.button("Train").disabled


def test_a_parent_that_was_deleted_since_it_was_chosen_is_dropped_and_that_is_said_once(open_page, store):
    number = add_run_with_network(store, State.FINISHED, owner=SOMEBODY_ELSE)
    page = open_page(TRAIN)
    page.app.query_params["parent"] = str(number)
    page.rerun()
    assert "Continues" in page.words
    del page.app.query_params["parent"]
    store.delete(number)
    page.rerun()
    assert [warning.value for warning in page.app.warning] == [f"Run {number} was deleted, so it cannot be continued."]
    page.rerun()
    assert not page.app.warning
    assert "Continues" not in page.words


def test_images_with_another_number_of_classes_are_refused(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    page = open_page(TRAIN)
    page.app.query_params["parent"] = str(number)
    page.rerun()
    page.app.selectbox(key="dataset").select(MNIST_SHA256)
    page.rerun()
    assert f"The dataset has 10 classes, but run {number} tells 3 apart" in page.words
    assert page.button("Train").disabled
    other = DatasetStore(store).add(small_dataset("other bars", seed=5), owner=ME).sha256
    page.rerun()
    page.app.selectbox(key="dataset").select(other)
    page.rerun()
    assert not page.button("Train").disabled


def test_of_a_run_with_a_parent_the_page_takes_over_that_too_even_if_it_is_deleted(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    parent = store.parent_network(number).parent
    child = store.submit(CONFIG, owner=ME, dataset=BARS.sha256, parent=parent)
    end_without_training(store, child)
    store.delete(number)
    page = open_page(TRAIN, child)
    assert f"Run {child}: continues run {number} after epoch 2" in page.words
    assert f"Continues **run {number} after epoch 2**" in page.words
    page.type("Epochs", 3)
    page.press("Train")
    assert store.run(child + 1).parent == parent


def test_a_sweep_starts_from_the_parent_and_does_not_offer_its_architecture(open_page, store):
    page = open_page(TRAIN)
    page.app.query_params["parent"] = "starter"
    page.rerun()
    page.press("Start a sweep")
    names = page.app.multiselect(key="sweep_names_with_parent")
    assert not {"Hidden units", "Hidden layers", "Activation"} & set(names.options)
    assert names.value == ["learning_rate"]
    page.answer("Start a sweep", "Start the sweep")
    (sweep,) = SweepStore(store).sweeps()
    assert sweep.parent == store.parent_network(STARTER).parent
    page.go_to("compare/sweeps.py")
    assert "all start from the weights of the starter network" in page.words


# -- handwriting --------------------------------------------------------------------------------


def test_a_finished_run_is_taught_ones_handwriting_by_one_press_and_shows_both_accuracies(open_page, store):
    number = add_run_with_network(store, State.FINISHED, (0, 1, 1))
    add_drawings(store, (0, 1, 2))
    page = open_page(TRAIN, number)
    assert "On *Mine*: **2 of 3 right** (67 %)." in page.words
    page.press(f"Teach run {number} my handwriting")
    taught = store.run(number + 1)
    assert (taught.parent.id, taught.config.epochs, taught.config.learning_rate) == (number, 1, 0.0003)
    assert taught.config.hidden_units == 3
    assert DatasetStore(store).info(taught.dataset_sha256).base_sha256 == BARS.sha256
    end_without_training(store, taught.id)
    page.rerun()
    assert f"| **Before**: run {number} after epoch 2 | 66.67 % | **2 of 3 right** (67 %). |" in page.words
    assert (
        f"| **After**: run {taught.id} | 97.00 % | **2 of 3 right** (67 %) of those that it learned from" in page.words
    )
    assert "Draw others, which it has not learned from" in [it.proto.label for it in page.app.get("page_link")]


def continue_on_bars(store, number: int) -> int:
    """A run that starts from the weights of another one and has ended, on the images without any drawings."""
    parent = store.parent_network(number).parent
    child = store.submit(CONFIG, owner=ME, dataset=BARS.sha256, parent=parent)
    end_without_training(store, child)
    return int(child)


def taught_and_continued(open_page, store, labels=(0, 1, 2)) -> tuple[int, int]:
    """A run that has learned from drawings, and one that started from it."""
    number = add_run_with_network(store, State.FINISHED)
    add_drawings(store, labels)
    open_page(TRAIN, number).press(f"Teach run {number} my handwriting")
    end_without_training(store, number + 1)
    return number + 1, continue_on_bars(store, number + 1)


def test_what_a_parent_has_learned_from_is_not_new_to_the_runs_that_start_from_it(open_page, store):
    _, child = taught_and_continued(open_page, store)
    grandchild = continue_on_bars(store, child)
    page = open_page(TRAIN, grandchild)
    learned = "**3 of 3 right** (100 %) of those that it learned from"
    assert f"| **Before**: run {child} after epoch 2 | 100.00 % | {learned}" in page.words
    assert f"| **After**: run {grandchild} | 97.00 % | {learned}" in page.words
    assert "Draw others, which it has not learned from" in [it.proto.label for it in page.app.get("page_link")]
    page.go_to(EVALUATE, grandchild)
    assert learned in page.words


def test_nobody_knows_what_a_run_has_learned_whose_parent_is_gone(open_page, store):
    taught, child = taught_and_continued(open_page, store)
    _remove(store, taught)
    page = open_page(TRAIN, child)
    unknown = "**3 of 3 right** (100 %); nobody knows which of them it learned from."
    assert f"| **Before**: run {taught} after epoch 1 | 100.00 % | {unknown} |" in page.words
    assert f"| **After**: run {child} | 97.00 % | {unknown} |" in page.words
    page.go_to(EVALUATE, child)
    assert unknown in page.words


def test_calibration_asks_only_drawings_that_a_network_is_known_not_to_have_learned(open_page, store):
    taught, child = taught_and_continued(open_page, store)
    which = HandwritingStore(store).sets()[0].id
    for image, label in zip(BARS.test_images[10:45], BARS.test_labels[10:45], strict=True):
        HandwritingStore(store).keep(which, image, int(label), ME, "")
    page = open_page(EVALUATE, child, view="confidence")
    assert "the expected calibration error of 35 images is" in page.words
    _remove(store, taught)
    page.rerun()
    assert "Nobody knows which of these drawings the network learned from" in page.words


def _remove(store, number: int) -> None:
    """Delete a run for good."""
    store.delete(number)
    with store.writing() as connection:
        connection.execute(schema.runs.update().where(schema.runs.c.id == number).values(deleted_at=0.0))
    assert store.purge() == 1


def test_without_drawings_a_link_leads_to_where_they_are_made(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    page = open_page(TRAIN, number)
    assert link_of(page, "Teach it your handwriting") == ("draw", f"run={number}&input=collect")
    page.app.switch_page("draw/page.py")
    page.app.query_params.update({"run": str(number), "input": "collect"})
    page.rerun()
    assert "Please draw" in "".join(it.proto.body for it in page.app.get("html"))


def test_teaching_once_more_mixes_the_present_drawings_into_the_images_without_the_earlier_ones(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    which = add_drawings(store, (0,))
    page = open_page(TRAIN, number)
    page.press(f"Teach run {number} my handwriting")
    end_without_training(store, number + 1)
    HandwritingStore(store).keep(which, np.rot90(BARS.test_images[1] / 255).astype(np.float32), 1, ME, "")
    page.rerun()
    page.press(f"Teach run {number + 1} my handwriting")
    info = DatasetStore(store).info(store.run(number + 2).dataset_sha256)
    assert info.base_sha256 == BARS.sha256
    assert len(DatasetStore(store).drawings_in(info.sha256)) == 2


def test_the_page_of_a_set_teaches_it_to_the_last_run_that_fits_else_to_the_starter_network(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    add_drawings(store, (0,), DIGITS, SOMEBODY_ELSE)
    page = open_page("draw/handwriting.py", number)
    assert page.button("Teach the starter network this handwriting").disabled is False
    add_drawings(store, (0, 1))
    page.rerun()
    page.app.selectbox(key="handwriting_set_chosen").select(2)
    page.rerun()
    page.press(f"Teach run {number} my handwriting")
    assert store.run(number + 1).parent.id == number


def test_a_network_that_is_in_training_is_not_taught_and_the_button_says_why(open_page, store):
    add_drawings(store, (0,))
    number = add_run_with_network(store, State.STOPPED)
    store.extend(number)
    page = open_page("draw/page.py", number)
    page.app.query_params["input"] = "collect"
    page.rerun()
    button = page.button(f"Teach run {number} my handwriting")
    assert button.disabled
    assert button.help == f"Run {number} is in training. Wait until it has ended, or pause it."


def test_a_hint_to_change_the_architecture_starts_from_random_weights(store, monkeypatch):
    number = add_run_with_network(store, State.FINISHED)
    taken: list[Run] = []
    monkeypatch.setattr("pages.train.hints.hints.use_settings_of", taken.append)
    child = replace(store.run(number), parent=store.parent_network(number).parent)
    for setting, value in (("hidden_units", 6), ("learning_rate", 0.0001)):
        _fill_in(child, {"setting": setting, "value": value})
    assert [run.parent for run in taken] == [None, child.parent]


# -- Runs ---------------------------------------------------------------------------------------


def test_the_table_of_runs_has_the_parent_where_runs_differ_in_it_and_filters_by_it(open_page, store):
    number = add_run_with_network(store, State.FINISHED)
    child = store.submit(CONFIG, owner=ME, dataset=BARS.sha256, parent=store.parent_network(number).parent)
    page = open_page(RUNS)
    assert {"Parent", "Parent’s epochs"} <= set(page.app.dataframe[0].value.columns)
    page.app.query_params["filter"] = f"parent = {number}"
    page.rerun()
    assert list(page.app.dataframe[0].value["Run"]) == [child]
