"""The difference of two confusion matrices is drawn with signs, in one colour for fewer and another for more errors."""

import numpy as np
import pandas as pd
import pytest

from mnist_core.charts.confusion_difference import FEWER, MORE, confusion_difference

ONE = pd.DataFrame([[90, 0, 3], [4, 80, 1], [0, 2, 70]])
OTHER = pd.DataFrame([[91, 2, 0], [4, 79, 2], [0, 2, 70]])
NAMED = ("run 2", "the starter network")


@pytest.fixture
def chart():
    return confusion_difference(ONE, OTHER, "abc", NAMED)


def strength(chart, scale):
    """The strengths of the cells in a colour; 0 for the others."""
    return np.nansum([it.z for it in chart.figure.data if it.colorscale[1][1] == scale[1]], axis=0)


def test_each_cell_has_its_difference_with_a_sign(chart):
    texts = np.array([layer.text for layer in chart.figure.data])
    shown = [["".join(cell) for cell in row] for row in texts.transpose(1, 2, 0)]
    assert shown == [["−1", "−2", "+3"], ["0", "+1", "−1"], ["0", "0", "0"]]


def test_fewer_errors_have_one_colour_and_more_another_and_correct_predictions_none(chart):
    fewer, more = strength(chart, FEWER), strength(chart, MORE)
    assert np.argwhere(fewer).tolist() == [[0, 1], [1, 2]]
    assert np.argwhere(more).tolist() == [[0, 2]]
    assert more[0, 2] == 1 > fewer[0, 1] > fewer[1, 2] > 0


def test_a_cell_tells_both_counts_when_the_pointer_is_on_it(chart):
    assert chart.figure.data[0].customdata[0][2] == "a read as c: 3 by run 2, 0 by the starter network"


def test_the_largest_differences_are_in_the_summary(chart):
    assert chart.summary == (
        "With run 2, a is read as b in 2 fewer images, and a is read as c in 3 more images than with the "
        "starter network."
    )
    one = confusion_difference(OTHER + np.eye(3, k=1, dtype=int), OTHER, "abc", NAMED).summary
    assert one == "With run 2, a is read as b in 1 more image than with the starter network."
    fewer = confusion_difference(OTHER, OTHER + np.eye(3, k=1, dtype=int), "abc", NAMED).summary
    assert fewer == "With run 2, a is read as b in 1 fewer image than with the starter network."
    alike = confusion_difference(ONE, ONE, "abc", NAMED).summary
    assert alike == "Each confusion is as frequent with run 2 as with the starter network."
