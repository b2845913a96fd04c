"""Collecting drawings on the Draw page, without a browser: asked for, kept, taken back, and trained with."""

from __future__ import annotations

import re

import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS
from mnist_core.runs import DatasetStore, HandwritingStore
from pages.components.canvas.drawing import EMPTY
from tests.support.one_stroke import one_stroke
from tests.support.runs_with_networks import end_without_training
from tests.support.visits import ME

DRAW = "draw/page.py"


class Canvas:
    """A page that asks for digits, and what is on its canvas."""

    def __init__(self, page, monkeypatch):
        self.page, self.drawing = page, EMPTY
        next(group for group in page.app.button_group if group.key == "draw_source").select("Collect")
        page.rerun()
        monkeypatch.setattr("pages.shared.collecting.collect.current_drawing", lambda key: self.drawing)

    def draw(self, place: int) -> None:
        self.drawing = one_stroke(place, at=self.drawing.at + 1)

    def keep(self, place: int = 100) -> int:
        """Draw what is asked for, and press Next; return what was asked for."""
        asked = self.asked
        self.draw(place)
        self.page.press("Next")
        return asked

    @property
    def answer(self) -> str:
        return next(it.proto.body for it in self.page.app.get("html") if 'class="answer"' in it.proto.body)

    @property
    def asked(self) -> int:
        found = re.search(r"Please draw an? (\d)\.", self.answer)
        assert found is not None
        return int(found[1])


@pytest.fixture
def canvas(open_page, monkeypatch):
    return Canvas(open_page(DRAW), monkeypatch)


@pytest.fixture
def handwriting(store):
    return HandwritingStore(store)


def labels(handwriting) -> list[int]:
    (which,) = handwriting.sets()
    return handwriting.drawings(which.id).labels.tolist()


def test_ten_presses_keep_ten_drawings_each_as_the_digit_that_was_asked_for(canvas, handwriting):
    asked = [canvas.keep(40 + 20 * number) for number in range(10)]
    assert sorted(asked) == list(range(10))
    assert labels(handwriting) == asked
    assert "10 drawings kept" in canvas.answer


def test_an_empty_canvas_is_not_kept(canvas, handwriting):
    asked = canvas.asked
    canvas.page.press("Next")
    assert "There is nothing on the canvas." in canvas.page.words
    assert canvas.asked == asked
    assert not handwriting.sets()


def test_a_mistake_is_taken_back_and_asked_for_again(canvas, handwriting):
    first, second = canvas.keep(40), canvas.keep(80)
    canvas.page.press("Take it back")
    assert labels(handwriting) == [first]
    assert canvas.asked == second


def test_a_reload_goes_on_where_one_was(canvas, open_page, monkeypatch):
    canvas.keep()
    asked = canvas.asked
    assert Canvas(open_page(DRAW), monkeypatch).asked == asked


def test_the_starter_network_is_taught_them_and_both_accuracies_are_shown(canvas, handwriting, store):
    for number in range(3):
        canvas.keep(40 + 40 * number)
    canvas.page.press("Teach the starter network my handwriting")
    (run,) = store.runs()
    assert (run.owner, run.parent.title) == (ME, "the starter network")
    assert run.config == TrainConfig(epochs=1, learning_rate=0.0003)
    assert DatasetStore(store).info(run.dataset_sha256).name == "MNIST + My handwriting"
    assert "Before" not in canvas.page.words
    end_without_training(store, run.id)
    canvas.page.rerun()
    assert re.search(r"\| \*\*Before\*\*: the starter network \| 98\.82 % \| \*\*\d of 3 right\*\*", canvas.page.words)
    after = r"\| \*\*After\*\*: run 1 \| 97\.00 % \| \*\*\d of 3 right\*\* \(\d+ %\) of those that it learned from"
    assert re.search(after, canvas.page.words)


def test_handwriting_sets_say_whose_they_are_and_ones_own_come_first(open_page, handwriting):
    for name, owner, nickname in (("A", "b" * 32, "Ada"), ("B", ME, ""), ("C", "c" * 32, "")):
        handwriting.create(name, DIGITS, owner, nickname)
    box = next(box for box in open_page("draw/handwriting.py").app.selectbox if box.label == "Handwriting set")
    assert box.options == ["B (0) · yours", "A (0) · by Ada", "C (0) · somebody else’s"]
