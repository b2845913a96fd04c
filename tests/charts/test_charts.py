"""Every chart shows the data that it was given, and its summary says so in words."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from mnist_core.charts.class_distribution import class_counts
from mnist_core.charts.confusion_matrix import Numbers, Selection, confusion_heatmap, shares_of
from mnist_core.charts.figure import GREY, SERIES, STRONG_ORANGE
from mnist_core.data import load_dataset

DIGITS = tuple("0123456789")


def small(chart):
    """A chart's figure as the browser gets it, which must not carry plotly's template along."""
    text = chart.figure.to_json()
    assert len(text) < 20_000
    return json.loads(text)


# -- classes ------------------------------------------------------------------------------------------


def test_class_counts_of_a_class_without_images_are_0():
    chart = class_counts(np.array([0, 2, 2, 0, 2] * 1000), "abcd")
    (bars,) = chart.figure.data
    assert (bars.x, list(bars.y), bars.text) == (("a", "b", "c", "d"), [2000, 0, 3000, 0], ("2,000", "0", "3,000", "0"))
    assert chart.figure.layout.yaxis.range == (0, pytest.approx(3300))
    assert chart.summary == "The rarest class is b (0 images), the most frequent is c (3,000 images)."


def test_class_counts_are_those_of_mnist():
    labels = load_dataset().train_labels
    chart = class_counts(labels, DIGITS)
    assert list(chart.figure.data[0].y) == [(labels == digit).sum() for digit in range(10)]
    assert chart.summary == "The rarest class is 5 (5,421 images), the most frequent is 1 (6,742 images)."


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


@pytest.mark.parametrize(("classes", "shown"), [(20, True), (21, False)])
def test_numbers_are_left_out_where_they_would_not_fit(classes, shown):
    layers = confusion_heatmap(pd.DataFrame(np.eye(classes, dtype=int)), ["x"] * classes).figure.data
    assert (np.array([layer.text for layer in layers]) != "").any() == shown


def test_true_classes_go_down_and_predicted_ones_across(matrix):
    layout = confusion_heatmap(matrix, "abc").figure.layout
    assert (layout.yaxis.title.text, layout.yaxis.autorange) == ("True", "reversed")
    assert (layout.xaxis.title.text, layout.xaxis.side) == ("Predicted", "top")


def test_one_error_three_and_ten_differ_in_strength_as_their_logarithms_do():
    layers = confusion_heatmap(pd.DataFrame([[5, 1, 3], [10, 5, 0], [0, 0, 5]]), "abc").figure.data
    strength = np.nansum([layer.z for layer in layers if layer.colorscale[1][1] == STRONG_ORANGE], axis=0)
    expected = [0.3, 0.3 + 0.7 * 0.4771213, 1.0]  # the logarithm of 3 to the base 10
    assert [strength[0, 1], strength[0, 2], strength[1, 0]] == pytest.approx(expected)


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


def test_recall_and_precision_are_those_of_scikit_learn(matrix):
    labels = np.repeat([0, 0, 0, 1, 1, 1, 2, 2, 2], matrix.to_numpy().ravel())
    predicted = np.repeat([0, 1, 2] * 3, matrix.to_numpy().ravel())
    for numbers, normalize in ((Numbers.RECALL, "true"), (Numbers.PRECISION, "pred"), (Numbers.COUNTS, "all")):
        expected = metrics.confusion_matrix(labels, predicted, normalize=normalize)
        np.testing.assert_allclose(shares_of(matrix.to_numpy(), numbers), expected)


@pytest.mark.parametrize(
    ("numbers", "row", "words"),
    [
        (Numbers.RECALL, ["0.6", "99.3", "0.1"], "b read as a: 7 times (0.6 % of all that are b)"),
        (Numbers.PRECISION, ["7.2", "99.8", "1.4"], "b read as a: 7 times (7.2 % of all read as a)"),
        (Numbers.ERRORS, ["58.3", "", "8.3"], "b read as a: 7 times (58.3 % of all errors)"),
    ],
)
def test_cells_show_percentages_of_what_is_asked_for(matrix, numbers, row, words):
    layers = confusion_heatmap(matrix, "abc", numbers=numbers).figure.data
    texts = np.array([layer.text for layer in layers])
    assert ["".join(cell) for cell in texts.transpose(1, 2, 0)[1]] == row
    assert layers[0].customdata[1][0] == words


def test_the_lowest_and_the_highest_recall_are_summed_up(matrix):
    summary = confusion_heatmap(matrix, "abc", numbers=Numbers.RECALL).summary
    assert summary.endswith("Recall is lowest for c, 97.2 %, and highest for b, 99.3 %.")


def test_a_class_that_is_never_read_has_no_precision_but_a_column():
    chart = confusion_heatmap(pd.DataFrame([[3, 0], [2, 0]]), "ab", numbers=Numbers.PRECISION)
    assert "Precision is lowest for b, 0.0 %" in chart.summary


# -- all of them ----------------------------------------------------------------------------------


def luminance(color):
    """The relative luminance of "#rrggbb": https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(part, 16) / 255 for part in re.findall("[0-9A-Fa-f]{2}", color)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("color", [*SERIES, GREY])
@pytest.mark.parametrize("background", ["#ffffff", "#0f141a"])
def test_colours_stand_out_from_light_and_dark(color, background):
    darker, lighter = sorted((luminance(color), luminance(background)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3
