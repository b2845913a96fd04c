"""Lessons over the pages: the address and the bar, hidden and fixed controls, and steps that are ticked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mnist_core.config import TrainConfig
from mnist_core.runs import LessonProgress, State
from tests.support.runs_with_networks import CONFIG, add_run_with_network
from tests.support.visits import ME, START, TRAIN, OpenPage

LESSON = """
title = "A small network"
description = "A lesson of three steps."
minutes = 5

[[step]]
title = "Look"
text = "Look at the images."
do = "Look."
page = "data"
[step.criterion]
visited = true

[[step]]
title = "Three units"
text = "A small network."
do = "Press *Train*."
page = "train"
settings = { hidden_units = 3, epochs = 2, learning_rate = 0.01 }
hide = ["more_settings", "sweep", "experiments"]
fix = ["epochs"]
[step.criterion]
runs = "units = 3 and state = finished"

[[step]]
title = "What it confuses"
text = "Look at its confusion matrix."
page = "evaluate"
query = { view = "epochs" }
run = "units = 3"
"""


@pytest.fixture(autouse=True)
def lesson(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("lessons")
    folder.joinpath("three.toml").write_text(LESSON, encoding="utf-8")
    monkeypatch.setenv("MNIST_LESSONS_DIR", str(folder))
    return folder


def line(page: OpenPage) -> dict[str, Any]:
    """What the bar's first line says; empty without a bar."""
    protos = [element.proto for element in page.app.get("bidi_component")]
    return next((json.loads(it.json) for it in protos if it.component_name == "digits_lesson_line"), {})


def title(page: OpenPage) -> str:
    return str(page.app.title[0].value)


def test_an_address_starts_the_lesson_at_its_step_whatever_the_page(open_page):
    page = open_page("draw/page.py", lesson="three", step="2")
    assert title(page) == "Train"
    assert (line(page)["place"], line(page)["title"]) == ("Step 2 of 3", "Three units")
    assert page.number("Epochs :gray[:small[Fixed by the lesson]]").value == 2
    assert page.text("Hidden units").value == "3"


def test_next_and_back_lead_to_the_pages_of_the_steps_and_leave_gives_everything_back(open_page, store):
    run = add_run_with_network(store, State.FINISHED, owner=ME)
    page = open_page("data/page.py", lesson="three", step="1")
    assert line(page)["done"]
    page.press("Next")
    assert title(page) == "Train"
    page.press("Next")
    assert title(page) == "Evaluate"
    assert page.app.query_params == {"view": "epochs", "run": str(run), "lesson": "three", "step": "3"}
    page.press("Back")
    page.go_to(TRAIN)  # where AppTest does not notice that the app is
    assert line(page)["place"] == "Step 2 of 3"
    assert not {"Experiments", "Sweep"} & page.buttons
    assert not page.app.expander
    page.press("Leave")
    assert not line(page)
    assert "lesson" not in page.app.query_params
    assert "Experiments" in page.buttons
    assert not page.number("Epochs").disabled
    page.go_to(START)
    assert not line(page)


def test_leave_gives_train_the_settings_back_that_it_had_before_the_lesson(open_page, store):
    page = open_page(TRAIN)
    page.type("Hidden units", "5")
    page.type("Epochs", 7)
    page.type("Seed", 12)
    page.go_to(TRAIN, lesson="three", step="2")
    page.press("Back")
    page.go_to("data/page.py")
    page.press("Next")
    page.go_to(TRAIN)
    assert page.text("Hidden units").value == "3"
    page.press("Leave")
    assert page.text("Hidden units").value == "5"
    page.press("Train")
    config = store.runs(ME)[0].config
    assert (config.hidden_units, config.epochs, config.seed) == (5, 7, 12)
    assert config.learning_rate == TrainConfig().learning_rate


def test_leave_gives_train_its_defaults_if_the_lesson_was_there_first(open_page):
    page = open_page(TRAIN, lesson="three", step="2")
    page.press("Leave")
    assert page.text("Hidden units").value == str(TrainConfig().hidden_units)
    assert page.number("Epochs").value == TrainConfig().epochs


def test_links_of_the_navigation_keep_the_lesson(open_page):
    page = open_page("data/page.py", lesson="three", step="1")
    page.go_to("draw/page.py")
    assert line(page)["place"] == "Step 1 of 3"
    assert page.app.query_params["step"] == "1"


@pytest.mark.parametrize(
    ("step", "said"), [("9", "its steps are 1 to 3"), ("²", "its steps are 1 to 3"), ("x" * 9999, "has no step")]
)
def test_an_unknown_step_is_named_and_the_lesson_can_be_begun(open_page, step, said):
    page = open_page(TRAIN, lesson="three", step=step)
    assert said in page.words
    page.press("Begin at step 1")
    assert title(page) == "Data"


def test_an_unknown_lesson_is_named_and_can_be_closed(open_page):
    page = open_page(TRAIN, lesson="thre", step="1")
    assert "There is no lesson “thre”" in page.words
    page.press("Close")
    assert "There is no lesson" not in page.words


def test_a_step_is_ticked_once_its_criterion_is_met_and_stays_so(open_page, store):
    page = open_page("data/page.py", lesson="three", step="1")
    page.press("Next")
    assert not line(page)["done"]
    run = add_run_with_network(store, State.FINISHED, owner=ME)
    page.rerun()
    assert line(page)["done"]
    store.delete(run)
    assert line(open_page(TRAIN, lesson="three", step="2"))["done"]
    assert LessonProgress(store).of(ME, "three")[2].done


def test_runs_of_others_tick_nothing(open_page, store):
    add_run_with_network(store, State.FINISHED, owner="c" * 32)
    assert not line(open_page(TRAIN, lesson="three", step="2"))["done"]


def test_a_fixed_setting_stays_when_other_settings_are_taken_over(open_page, store):
    page = open_page(TRAIN, lesson="three", step="2")
    add_run_with_network(store, State.STOPPED, owner=ME, config=replace(CONFIG, epochs=7, dropout=0.5))
    page.rerun()
    page.press("Use these settings")
    page.press("Train")
    config = store.runs(ME)[0].config
    assert (config.epochs, config.dropout, config.hidden_units) == (2, 0.0, 3)


def links(page: OpenPage) -> dict[str, str]:
    """The labels of the page's links, with what follows the "?" in their addresses."""
    protos = [element.proto for element in page.app.get("page_link")]
    return {proto.label: proto.query_string for proto in protos}


def test_start_lists_the_lessons_with_their_minutes_and_how_far_the_browser_is(open_page):
    page = open_page(START)
    assert links(page)["A small network · 5 minutes"] == "lesson=three&step=1"
    open_page(TRAIN, lesson="three", step="2")
    page.rerun()
    assert links(page)["A small network · 5 minutes · step 2 of 3"] == "lesson=three&step=2"


def test_the_end_names_what_was_done_and_offers_the_last_run_as_code(open_page, store):
    run = add_run_with_network(store, State.FINISHED, owner=ME)
    page = open_page("evaluate/page.py", lesson="three", step="3")
    page.press("Finish")
    assert page.app.query_params["step"] == "end"
    assert "1. Look (not done)" in page.words
    assert ":material/check_circle: 3. What it confuses" in page.words
    assert page.downloads["Notebook"] == f"files/runs/{run}/notebook"


def test_the_end_is_ticked_once_all_steps_are_done(open_page, store):
    page = open_page("evaluate/page.py", lesson="three", step="3")
    page.press("Finish")
    assert line(page)["done"] == ""
    assert "Some of its steps are not done" in page.words
    add_run_with_network(store, State.FINISHED, owner=ME, config=replace(CONFIG, hidden_units=3))
    open_page("data/page.py", lesson="three", step="1")
    open_page(TRAIN, lesson="three", step="2")
    page.rerun()
    assert line(page)["done"] == "Done"
    assert "All its steps are done" in page.words


def test_lessons_are_in_the_language_of_the_browser(open_page):
    page = open_page("data/page.py", locale="de-DE", lesson="notebook", step="1")
    assert line(page)["place"].startswith("Schritt 1 von ")
    assert "Weiter" in page.buttons
