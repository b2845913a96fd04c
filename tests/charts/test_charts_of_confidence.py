"""The charts of accuracy by threshold and of calibration show the data that they were given."""

import numpy as np

from mnist_core.charts.accuracy_by_threshold import accuracy_by_threshold
from mnist_core.charts.reliability import reliability_diagram
from mnist_core.evaluation.confidence import answered_at, calibration

CONFIDENCE, RIGHT = np.array([0.3, 0.6, 0.95, 0.97]), np.array([False, True, True, True])


def test_both_lines_and_the_chosen_threshold_are_drawn():
    thresholds = [0, 0.5, 0.9, 0.995]
    chart = accuracy_by_threshold(thresholds, answered_at(CONFIDENCE, RIGHT, thresholds), 0.5)
    accuracy, share = chart.figure.data
    assert accuracy.x == share.x == ("0 %", "50 %", "90 %", "99.5 %")
    np.testing.assert_array_equal(accuracy.y, [0.75, 1, 1, np.nan])
    assert share.y == (1, 0.75, 0.5, 0)
    assert chart.figure.layout.shapes[0].x0 == 1
    assert chart.summary == (
        "With a threshold of 50 %, 75.0 % of the images are answered, 100.0 % of these correctly; without one, 75.0 %."
    )


def test_the_summary_of_a_threshold_that_nothing_reaches_tells_no_accuracy():
    chart = accuracy_by_threshold([0, 0.995], answered_at(CONFIDENCE, RIGHT, [0, 0.995]), 0.995)
    assert chart.summary == "With a threshold of 99.5 %, 0.0 % of the images are answered; without one, 75.0 %."


def test_the_reliability_diagram_has_a_point_with_its_interval_for_each_bin():
    chart = reliability_diagram(calibration(CONFIDENCE, RIGHT))
    _, points = chart.figure.data
    np.testing.assert_allclose(points.x, [0.3, 0.6, 0.96])
    assert list(points.y) == [0, 1, 1]
    assert points.error_y.array[0] > 0.7, "one image tells little"
    assert points.customdata[2] == "2 images"
    assert chart.summary.startswith("0 % correct at 30 % confidence (1 image); 100 % correct at 60 %")
