"""Learning curves show the data that they were given, on axes that rest, and their summary says so in words."""

from itertools import pairwise

import numpy as np
import pytest

from mnist_core.charts.learning_curve import MOST_POINTS, Curve, learning_curves, thinned

CURVE = Curve("Run 7", [0.5, 1.0, 1.5], [0.6, 0.4, 0.2], [0.8, 0.88, 0.94], [1.0], [0.25], [0.925])
VALIDATED = CURVE._replace(validation_epochs=[1.0], validation_loss=[0.28], validation_accuracy=[0.91])


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


def test_the_epoch_whose_weights_are_kept_is_marked_and_told():
    charts = learning_curves([VALIDATED._replace(kept_epoch=1)], total_epochs=5)
    for chart in charts:
        (line,), (words,) = chart.figure.layout.shapes, chart.figure.layout.annotations
        assert (line.x0, line.x1, words.x, words.text) == (1, 1, 1, "epoch 1 is kept")
        assert chart.summary.endswith("; the weights of epoch 1 are kept.")
    late = learning_curves([VALIDATED._replace(kept_epoch=4)], total_epochs=5).loss.figure.layout.annotations[0]
    assert (words.xanchor, late.xanchor) == ("left", "right"), "the words stay within the chart"
    assert not learning_curves([VALIDATED], total_epochs=5).loss.figure.layout.shapes


def test_before_the_first_step_the_summary_says_so():
    for curves in ([], [Curve("Run 1", [], [], [])]):
        loss, accuracy = learning_curves(curves, total_epochs=5)
        assert loss.summary == "No loss yet: the training has not taken its first step."
        assert accuracy.summary.startswith("No accuracy yet")


def test_the_legend_has_all_its_names_before_the_first_step():
    """Plotly leaves out the names of lines without points."""
    for chart in learning_curves([Curve("Run 1", [], [], [])], total_epochs=5):
        lines = [(line.name, len(line.x), len(line.y)) for line in chart.figure.data]
        assert lines == [("training", 1, 1), ("test", 1, 1)]
        assert all(np.isnan([*line.x, *line.y]).all() for line in chart.figure.data), "nothing is drawn"


def test_axes_rest_while_a_run_moves():
    epochs = np.arange(1, 236) / 47
    loss = 2.3 * np.exp(-2 * epochs) + 0.05
    frames = [Curve("Run 1", epochs[:end], loss[:end], 1 - loss[:end] / 3) for end in range(1, len(epochs), 4)]
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


def test_an_earlier_run_stands_behind_as_thin_lines_and_is_named_once():
    earlier = CURVE._replace(name="run 3: 8 units", loss=[2.0, 1.5, 1.1], accuracy=[0.3, 0.4, 0.5])
    loss, accuracy = learning_curves([CURVE], total_epochs=5, earlier=earlier)
    training, test, thin, thin_test = loss.figure.data
    assert thin.y.tolist() == pytest.approx([2.0, 1.5, 1.1])
    assert thin.line.width < training.line.width
    assert thin.zorder < (training.zorder or 0)
    assert [it.name for it in (training, test, thin)] == ["training", "test", "run 3: 8 units"]
    assert thin_test.showlegend is False
    assert thin_test.y.tolist() == [0.25]
    assert "run 3: 8 units: training loss 1.100" in loss.summary
    assert accuracy.figure.layout.yaxis.range == learning_curves([CURVE], 5).accuracy.figure.layout.yaxis.range


def test_an_earlier_run_costs_little_with_each_update():
    long = np.linspace(0, 100, 1800)
    earlier = Curve("run 3", long, long, long / 100)
    loss, _ = learning_curves([CURVE], total_epochs=5, earlier=earlier)
    assert len(loss.figure.data[2].x) <= 101


def test_long_runs_are_thinned_but_keep_their_ends():
    count = 50_000
    epochs = np.linspace(0, 100, count)
    chart = learning_curves([Curve("Run 1", epochs, epochs, epochs / 100)], total_epochs=100).loss
    x = chart.figure.data[0].x
    assert len(x) <= MOST_POINTS + 1
    assert (x[0], x[-1]) == (epochs[0], epochs[-1])
    assert len(chart.figure.to_json()) < 20_000


def test_a_diverged_run_can_be_drawn():
    curve = Curve("Run 1", [0.5, 1.0, 1.5], [5e9, float("inf"), float("nan")], [0.1, 0.1, 0.1])
    loss, _ = learning_curves([curve], total_epochs=2)
    low, high = loss.figure.layout.yaxis.range
    assert low == 0
    assert 5e9 <= high < 1e11


def test_validation_images_have_a_line_of_their_own():
    loss, accuracy = learning_curves([VALIDATED], total_epochs=5)
    for chart, values in ((loss, [0.28, 0.25]), (accuracy, [0.91, 0.925])):
        assert [trace.name for trace in chart.figure.data] == ["training", "validation", "test"]
        assert [float(trace.y[0]) for trace in chart.figure.data[1:]] == pytest.approx(values)
        assert len({trace.line.color for trace in chart.figure.data}) == 3
    assert accuracy.summary == (
        "Run 7: training accuracy 94.0 % after 1.5 epochs, test accuracy 92.5 % after 1, validation accuracy 91.0 % "
        "after 1."
    )
    untested = VALIDATED._replace(test_epochs=[], test_loss=[], test_accuracy=[])
    assert [trace.name for trace in learning_curves([untested], 5).loss.figure.data] == ["training", "validation"]


@pytest.mark.parametrize(
    ("accuracies", "tested", "lowest"),
    [
        ([0.30, 0.96, 0.97], [], 0.95),  # the first quarter of an epoch is steep
        ([0.30, 0.93, 0.97], [], 0.90),
        ([0.30, 0.93, 0.97], [0.87], 0.85),
        ([0.30], [], 0.30),
        ([], [], 0.0),
    ],
)
def test_the_axis_of_accuracies_begins_at_the_lowest_in_steps_of_5_percent(accuracies, tested, lowest):
    epochs = [0.25, 0.5, 1.0][: len(accuracies)]
    curve = Curve("Run 1", epochs, accuracies, accuracies, [1.0] * len(tested), tested, tested)
    axis = learning_curves([curve], 5).accuracy.figure.layout.yaxis
    assert axis.range == pytest.approx((lowest, 1.002))
    assert axis.title.text == "Accuracy"


@pytest.mark.parametrize(
    ("losses", "highest"),
    [
        ([9.0, 0.25, 0.2], 0.3),
        ([9.0, 0.3, 0.2], 0.4),
        ([9.0, 0.01], 0.1),
        ([9.0, 2.3], 3),
        ([9.0, 23.0], 30),
        ([2.3], 3),
    ],
)
def test_the_axis_of_losses_ends_at_the_next_step_above_the_highest(losses, highest):
    curve = Curve("Run 1", [0.25, 0.5, 1.0][: len(losses)], losses, losses)
    axis = learning_curves([curve], 5).loss.figure.layout.yaxis
    assert axis.range == pytest.approx((0, highest))
    assert axis.title.text == "Loss"


@pytest.mark.parametrize(("epochs", "tick"), [(5, 1), (10, 1), (11, None)])
def test_the_axis_of_epochs_is_as_long_as_the_run_will_be(epochs, tick):
    axis = learning_curves([CURVE], epochs).loss.figure.layout.xaxis
    assert (axis.range, axis.dtick, axis.title.text) == ((0, pytest.approx(1.01 * epochs)), tick, "Epoch")


@pytest.mark.parametrize(("count", "stride"), [(1, 1), (400, 1), (401, 2), (800, 2), (801, 4), (50_000, 128)])
def test_of_many_points_every_second_fourth_and_so_on_is_kept_and_the_last(count, stride):
    kept = thinned(np.arange(count)).tolist()
    assert kept == sorted({*range(0, count, stride), count - 1})
    assert len(kept) <= 401
