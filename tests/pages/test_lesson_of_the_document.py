"""The lesson that docs/lessons.md tells to write, in the app: from its address to its end, and as its file changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import LessonProgress, WorkQueue
from tests.support.visits import ME, TRAIN, OpenPage

DOCUMENT = Path(__file__).parents[2] / "docs" / "lessons.md"


@pytest.fixture
def file(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the document, in a folder of its own."""
    (written,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    folder = tmp_path_factory.mktemp("my_lessons")
    monkeypatch.setenv("MNIST_LESSONS_DIR", str(folder))
    path = folder / "one_layer.toml"
    path.write_text(written, encoding="utf-8")
    return path


@pytest.fixture
def finish(store) -> Callable[[], None]:
    """Lets the newest run finish at once, with a network that has learned nothing."""

    def finish_newest() -> None:
        run = store.runs(ME)[0]
        queue = WorkQueue(store)
        turn = queue.claim("a worker of the test", run.id)
        assert turn is not None
        sizes = (784, *run.config.units_of_each_layer, 10)
        weights = [part for pair in pairwise(sizes) for part in (np.zeros(pair), np.zeros(pair[1]))]
        network = Network.from_weights(weights, "relu").to_bytes()
        last = ProgressPoint(run.steps, run.config.epochs, 0.4, 0.9, 0.4, 0.91)
        queue.record(turn, [last], 1.5, Checkpoint(run.steps, network, b"an optimizer"), release=True)

    return finish_newest


def bar(page: OpenPage) -> dict[str, Any]:
    protos = [element.proto for element in page.app.get("bidi_component")]
    return next((json.loads(it.json) for it in protos if it.component_name == "digits_lesson_line"), {})


def test_a_learner_does_the_lesson_from_its_address_to_its_end(open_page, store, file, finish):
    page = open_page(TRAIN, lesson="one_layer", step="1")
    assert (bar(page)["place"], bar(page)["title"]) == ("Step 1 of 3", "Without a hidden layer")
    assert "softmax regression" in page.words
    page.number("How many percent of the test images will it classify correctly?").set_value(85)
    page.press("Guess")
    page.press("Train")
    assert not bar(page)["done"]
    finish()
    page.rerun()
    assert bar(page)["done"]
    assert "You guessed **85 %**" in page.words
    assert "it is 91.00 %" in page.words
    page.press("Next")
    assert not bar(page)["done"]
    page.press("Train")
    finish()
    page.rerun()
    assert bar(page)["done"]
    page.press("Next")
    assert page.app.title[0].value == "Runs"
    assert bar(page)["done"]
    assert page.app.query_params["filter"] == "epochs = 2 and dataset = mnist"
    assert [(run.config.hidden_units, run.config.epochs) for run in store.runs(ME)] == [(32, 2), (0, 2)]
    page.press("Finish")
    assert page.app.query_params["step"] == "end"
    titles = ["1. Without a hidden layer", "2. With 32 units", "3. Compare them"]
    assert [title for title in titles if f":material/check_circle: {title}" in page.words] == titles
    assert [progress.done for progress in LessonProgress(store).of(ME, "one_layer").values()] == [True] * 3


def test_a_step_that_was_left_before_its_run_had_ended_is_ticked_from_a_later_one(open_page, store, file, finish):
    page = open_page(TRAIN, lesson="one_layer", step="1")
    page.press("Train")
    page.press("Next")
    assert not LessonProgress(store).of(ME, "one_layer")[1].done
    finish()
    page.rerun()
    assert LessonProgress(store).of(ME, "one_layer")[1].done
    assert not bar(page)["done"]


def test_a_mistake_in_the_file_is_shown_at_the_address_of_the_lesson_until_it_is_mended(open_page, file):
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('fix = ["epochs"]', 'fix = ["epoch"]'), encoding="utf-8")
    page = open_page(TRAIN, lesson="one_layer", step="1")
    assert 'one_layer.toml, line 18: “fix” has “epoch”; do you mean "epochs"?' in page.words
    assert not bar(page)
    file.write_text(text, encoding="utf-8")
    page.rerun()
    assert bar(page)["place"] == "Step 1 of 3"


def test_a_file_that_is_deleted_during_the_lesson_leaves_the_page_in_use(open_page, file):
    page = open_page(TRAIN, lesson="one_layer", step="1")
    file.unlink()
    page.rerun()
    assert "There is no lesson “one_layer”" in page.words
    page.press("Close")
    assert not page.number("Epochs").disabled


def test_a_file_that_gets_shorter_during_the_lesson_leads_to_its_first_step(open_page, file):
    page = open_page("compare/runs.py", lesson="one_layer", step="3")
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.rindex("[[step]]")], encoding="utf-8")
    page.rerun()
    page.press("Begin at step 1")
    assert bar(page)["place"] == "Step 1 of 2"
