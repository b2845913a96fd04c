"""The charts of the learning rate: what a schedule plans, and what a run has had of it."""

import numpy as np
import pytest

from mnist_core.charts.learning_rate import learning_rate_curve, schedule_preview
from mnist_core.config import TrainConfig


@pytest.mark.parametrize(
    ("schedule", "way"),
    [
        ("step", "from 0.002 to 0.00002 over 4 epochs, step schedule"),
        ("exponential", "from 0.002 to 0.00002 over 4 epochs, exponential schedule"),
        ("cosine", "from 0.002 to 0 over 4 epochs, cosine schedule"),
        ("warm-up", "from 0 over 0.002 to 0 over 4 epochs, warm-up schedule"),
    ],
)
def test_a_preview_spans_the_epochs_and_says_where_the_rate_goes(schedule, way):
    chart = schedule_preview(TrainConfig(epochs=4, learning_rate=0.002, schedule=schedule))
    (line,) = chart.figure.data
    assert (line.x[0], line.x[-1]) == (0, 4)
    assert max(line.y) == pytest.approx(0.002)
    assert way in chart.summary


def test_the_rate_of_a_run_is_drawn_over_what_is_planned():
    config = TrainConfig(epochs=2, schedule="cosine")
    chart = learning_rate_curve([0.5, 1.0], [0.0009, 0.0005], config)
    planned, done = chart.figure.data
    assert planned.y[100] == pytest.approx(0.0005), "after one of two epochs"
    np.testing.assert_allclose(done.y, [0.0009, 0.0005], rtol=1e-6)
    assert chart.summary.endswith("After 1 epoch it is 0.0005.")
    assert learning_rate_curve([], [], config).summary.endswith("The training has not taken its first step.")
