"""Every chart shows the data that it was given, and its summary says so in words."""

import json
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from mnist_core import charts
from mnist_core.charts import Curve, Selection, confusion_heatmap, learning_curves, probability_bars
from mnist_core.charts.figure import STRONG_ORANGE
from mnist_core.data import load_dataset

DIGITS = tuple("0123456789")
CURVE = Curve("Run 7", [0.5, 1.0, 1.5], [0.6, 0.4, 0.2], [0.8, 0.88, 0.94], [1.0], [0.25], [0.925])


def small(chart):
    """A chart's figure as the browser gets it, which must not carry plotly's template along."""
    text = chart.figure.to_json()
    assert len(text) < 20_000
    return json.loads(text)


# -- learning curves ------------------------------------------------------------------------------


def test_learning_curves_show_training_and_test():
    loss, accuracy = learning_curves([CURVE], total_epochs=5)
    training, test = loss.figure.data
    assert training.x.tolist() == pytest.approx([0.5, 1.0, 1.5])
    assert training.y.tolist() == pytest.approx([0.6, 0.4, 0.2])
    assert (test.x.tolist(), test.y.tolist()) == ([1.0], [0.25])
    assert [trace.name for trace in accuracy.figure.data] == ["training", "test"]
    assert accuracy.figure.data[1].y.tolist() == pytest.approx([0.925])


def test_learning_curves_are_summed_up_by_their_last_values():
    loss, accuracy = learning_curves([CURVE], total_epochs=5)
    assert loss.summary == "Run 7: training loss 0.200 after 1.5 epochs, test loss 0.250 after 1."
    assert accuracy.summary == "Run 7: training accuracy 94.0 % after 1.5 epochs, test accuracy 92.5 % after 1."


def test_before_the_first_step_the_summary_says_so():
    for curves in ([], [Curve("Run 1", [], [], [])]):
        loss, accuracy = learning_curves(curves, total_epochs=5)
        assert loss.summary == "No loss yet: the training has not taken its first step."
        assert accuracy.summary.startswith("No accuracy yet")


def test_axes_rest_while_a_run_moves():
    epochs = np.arange(1, 236) / 47
    loss = 2.3 * np.exp(-2 * epochs) + 0.05
    frames = [Curve("Run 1", epochs[:end], loss[:end], 1 - loss[:end] / 3) for end in range(1, len(epochs))]
    layouts = [[chart.figure.layout for chart in learning_curves([frame], total_epochs=5)] for frame in frames]
    for measure in (0, 1):
        ranges = [(layout[measure].xaxis.range, layout[measure].yaxis.range) for layout in layouts]
        assert len({x for x, _ in ranges}) == 1
        changes = sum(one != other for one, other in pairwise(ranges))
        assert changes <= 2  # when the steep beginning is over, and no more


def test_several_runs_are_told_apart_by_name_and_colour():
    loss, _ = learning_curves([CURVE, CURVE._replace(name="Run 8")], total_epochs=5)
    assert [trace.name for trace in loss.figure.data] == [
        "Run 7, training", "Run 7, test", "Run 8, training", "Run 8, test",
    ]  # fmt: skip
    colours = [trace.line.color for trace in loss.figure.data]
    assert colours[0] == colours[1] != colours[2] == colours[3]


def test_long_runs_are_thinned_but_keep_their_ends():
    count = 50_000
    epochs = np.linspace(0, 100, count)
    chart = learning_curves([Curve("Run 1", epochs, epochs, epochs / 100)], total_epochs=100).loss
    x = chart.figure.data[0].x
    assert len(x) <= charts.MOST_POINTS + 1
    assert (x[0], x[-1]) == (epochs[0], epochs[-1])
    small(chart)


def test_a_diverged_run_can_be_drawn():
    curve = Curve("Run 1", [0.5, 1.0, 1.5], [5e9, float("inf"), float("nan")], [0.1, 0.1, 0.1])
    loss, _ = learning_curves([curve], total_epochs=2)
    low, high = loss.figure.layout.yaxis.range
    assert low == 0
    assert 5e9 <= high < 1e11


# -- probabilities and classes ----------------------------------------------------------------------


def test_probability_bars_single_out_the_largest():
    probabilities = np.array([0.0, 0.02, 0, 0.2, 0, 0, 0, 0.7, 0.08, 0], dtype=np.float32)
    chart = probability_bars(probabilities, DIGITS)
    (bars,) = chart.figure.data
    np.testing.assert_array_equal(bars.y, probabilities)
    assert [index for index, color in enumerate(bars.marker.color) if color == charts.BLUE] == [7]
    assert chart.summary == "Most likely 7 (70.0 %), then 3 (20.0 %)."
    small(chart)


def test_class_counts_are_those_of_mnist():
    labels = load_dataset().train_labels
    chart = charts.class_counts(labels, DIGITS)
    assert list(chart.figure.data[0].y) == [(labels == digit).sum() for digit in range(10)]
    assert chart.summary == "The rarest class has 5,421 (5) images, the most frequent 6,742 (1)."


# -- the confusion matrix -----------------------------------------------------------------------------


@pytest.fixture
def matrix():
    return pd.DataFrame([[90, 0, 2], [7, 1080, 1], [0, 2, 70]])


def test_every_cell_shows_its_count_in_one_layer(matrix):
    layers = confusion_heatmap(matrix, "abc").figure.data
    texts = np.array([layer.text for layer in layers])
    assert ((texts != "").sum(axis=0) == 1).all()
    assert [["".join(cell) for cell in row] for row in texts.transpose(1, 2, 0)] == matrix.astype(
        str
    ).to_numpy().tolist()
    assert (np.isnan([layer.z for layer in layers]) == (texts == "")).all()


def test_more_errors_are_a_stronger_colour(matrix):
    layers = confusion_heatmap(matrix, "abc").figure.data
    strength = np.nansum([layer.z for layer in layers if layer.colorscale[1][1] == STRONG_ORANGE], axis=0)
    assert strength[1, 0] == pytest.approx(1.0)
    assert strength[1, 0] > strength[0, 2] == strength[2, 1] > strength[1, 2] > 0
    assert strength[1, 1] == 0  # right answers do not take part


def test_hover_text_is_in_words(matrix):
    words = confusion_heatmap(matrix, "abc").figure.data[0].customdata
    assert words[1][0] == "b read as a: 7 times"
    assert words[0][1] == "a read as b: never"
    assert words[1][2] == "b read as c: once"
    assert words[2][1] == "c read as b: twice"
    assert words[1][1] == "b read correctly: 1,080 times"


def test_confusions_are_summed_up(matrix):
    summary = confusion_heatmap(matrix, "abc").summary
    assert summary == "1,240 of 1,252 images read correctly. Most frequent error: b read as a: 7 times."
    perfect = confusion_heatmap(pd.DataFrame(np.diag([1, 2, 3])), "abc").summary
    assert perfect == "6 of 6 images read correctly."


@pytest.mark.parametrize(
    ("selection", "frame"),
    [
        (Selection(), []),
        (Selection(true=1), [(-0.5, 2.5, 0.5, 1.5)]),
        (Selection(predicted=0), [(-0.5, 0.5, -0.5, 2.5)]),
        (Selection(1, 0), [(-0.5, 0.5, 0.5, 1.5)]),
    ],
)
def test_the_selection_is_framed(matrix, selection, frame):
    shapes = confusion_heatmap(matrix, "abc", selection).figure.layout.shapes
    assert [(shape.x0, shape.x1, shape.y0, shape.y1) for shape in shapes] == frame


# -- all of them ----------------------------------------------------------------------------------


def luminance(color):
    """The relative luminance of "#rrggbb": https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(part, 16) / 255 for part in re.findall("[0-9A-Fa-f]{2}", color)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("color", [*charts.SERIES, charts.QUIET])
@pytest.mark.parametrize("background", ["#ffffff", "#0f141a"])
def test_colours_stand_out_from_light_and_dark(color, background):
    darker, lighter = sorted((luminance(color), luminance(background)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3
