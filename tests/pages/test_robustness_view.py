"""Robustness on Evaluate without a browser: asked for once, for several networks, and shown at any strength."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.charts.robustness_curves import RobustnessCurve, in_words
from mnist_core.evaluation.disturbances import DISTURBANCES
from mnist_core.runs import AnalysisQueue, State
from mnist_core.text.words import percent
from tests.support.runs_with_networks import BARS, add_run_with_network, network
from tests.support.visits import SOMEBODY_ELSE

EVALUATE = "evaluate/page.py"
ASK = "Disturb the test images"


def view(page):
    page.app.query_params["view"] = "robustness"
    page.rerun()
    return page


def analyse(store, lowest: float) -> None:
    """What a worker does with the analysis that has waited longest: its curves fall evenly from 98 % to `lowest`."""
    queue = AnalysisQueue(store)
    job = queue.claim("a worker")
    assert job is not None
    arrays = {}
    for kind in DISTURBANCES:
        strengths = np.abs(kind.strengths)
        arrays[kind.name] = 0.98 - (0.98 - lowest) * strengths / strengths.max()
    queue.finish(job, {**arrays, "images": np.array(60)})


def digits(page) -> str:
    return next(element.proto.body for element in page.app.get("html") if 'class="disturbed"' in element.proto.body)


def choose(page, kind: str) -> None:
    next(group for group in page.app.button_group if group.key == "robustness_kind").select(kind)
    page.rerun()


@pytest.fixture
def analysed(open_page, store):
    page = view(open_page(EVALUATE, add_run_with_network(store, State.FINISHED)))
    page.press(ASK)
    analyse(store, 0.5)
    page.rerun()
    return page


def test_nothing_is_computed_before_somebody_asks_and_then_everybody_sees_it(open_page, store):
    page = view(open_page(EVALUATE, add_run_with_network(store, State.FINISHED)))
    assert "robustness_curves" not in page.plots
    assert AnalysisQueue(store).claim("a worker") is None
    page.press(ASK)
    analyse(store, 0.5)
    other = view(open_page(EVALUATE, 1, owner=SOMEBODY_ELSE))
    assert "robustness_curves" in other.plots
    assert ASK not in other.buttons


def test_a_strength_is_told_in_words_and_shown_on_digits_with_what_is_read_in_them(analysed):
    choose(analysed, "rotation")
    below = "a turn of 15° clockwise or a turn of 15° anticlockwise"
    assert f"Run 1 reads 98.00 % of the unchanged images and falls below 90 % at {below}." in analysed.words
    analysed.app.select_slider(key="robustness_rotation").set_value(90)
    analysed.rerun()
    shown = digits(analysed)
    assert re.findall('alt="([^"]*)"', shown) == [f"bar {bar}, a turn of 90° clockwise" for bar in range(3)]
    assert "Run 1: 50.00 % of 60 test images" in shown
    first = [int(np.flatnonzero(BARS.test_labels == bar)[0]) for bar in range(3)]
    read = network().predict(np.rot90(BARS.test_images[first], k=-1, axes=(1, 2)))
    for bar, probabilities in enumerate(read):
        best = int(probabilities.argmax())
        mark = "<b>" if best == bar else "✗ "
        assert f"{mark}bar {best}" in shown
        assert percent(float(probabilities[best]), 0) in shown


def test_several_networks_are_laid_over_each_other(analysed, store):
    second = add_run_with_network(store, State.FINISHED, (0, 1, 0))
    analysed.rerun()
    analysed.app.multiselect[0].set_value([1, second])
    analysed.rerun()
    assert "robustness_curves" in analysed.plots, "what is there stays"
    analysed.press(ASK)
    analyse(store, 0.9)
    analysed.rerun()
    assert digits(analysed).count("of 60 test images") == 2
    assert "Run 2 reads 98.00 % of the unchanged images and never falls below 90 %." in analysed.words
    assert "✗ bar 0" in digits(analysed), "bar 2 is taken for bar 0 by the second network"


def test_a_network_that_reads_no_test_image_correctly_shows_others_of_each_class(open_page, store):
    page = view(open_page(EVALUATE, add_run_with_network(store, State.FINISHED, (1, 2, 0))))
    page.press(ASK)
    analyse(store, 0.5)
    page.rerun()
    shown = digits(page)
    assert len(re.findall("alt=", shown)) == 3
    assert shown.count("✗") == 3


@pytest.mark.parametrize(
    ("accuracies", "words"),
    [
        ((0.8, 0.85, 0.9, 0.85, 0.8), "the slightest change."),
        ((0.8, 0.95, 0.9, 0.85, 0.8), "the slightest change or a turn of 13° anticlockwise."),
    ],
)
def test_a_network_at_exactly_90_percent_falls_below_it_at_the_slightest_change(accuracies, words):
    turns = (-20.0, -10.0, 0.0, 10.0, 20.0)
    rotation = replace(next(it for it in DISTURBANCES if it.name == "rotation"), strengths=turns)
    said = in_words(rotation, RobustnessCurve("Run 1", np.array(accuracies)))
    assert said == f"Run 1 reads 90.00 % of the unchanged images and falls below 90 % at {words}"
