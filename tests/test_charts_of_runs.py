"""The charts of many runs show what they were given, and the brush comes back from the browser as ranges."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.charts import (
    RunCurve,
    View,
    accuracy_against,
    accuracy_against_cost,
    brushes_of,
    compared_curves,
    parallel_coordinates,
)
from mnist_core.charts.comparison import smoothed
from mnist_core.config import TrainConfig
from mnist_core.ledger import Brush, brushed, frame_of, group_seeds
from mnist_core.runs import History, Ledger, Point
from tests.made_up import make_up


def point(step):
    loss, accuracy = (0.3, 0.9 + step / 1000) if step % 10 == 0 else (None, None)
    return Point(step, 1 + step // 10, 2 / step, 0.9, test_loss=loss, test_accuracy=accuracy, seconds=step / 4)


TIMED = tuple(point(step) for step in range(1, 21))
UNTIMED = tuple(point._replace(seconds=None) for point in TIMED)


def curve(name="Run 1", points=TIMED, seconds=10.0):
    return RunCurve(name, History(points, 10), seconds)


@pytest.fixture
def frame(store):
    make_up(store, 40)
    return frame_of(store.runs(), Ledger(store).best_tests())


@pytest.mark.parametrize(
    ("over", "points", "places"),
    [
        ("epochs", TIMED, [1, 2]),
        ("steps", TIMED, [10, 20]),
        ("seconds", TIMED, [2.5, 5]),
        ("seconds", UNTIMED, [5, 10]),
    ],
)
def test_curves_are_drawn_over_epochs_steps_or_seconds(over, points, places):
    chart = compared_curves([curve(points=points)], View(over=over))
    (line,) = chart.figure.data
    assert line.x.tolist() == places
    assert line.y.tolist() == pytest.approx([0.91, 0.92])
    assert chart.summary == "Test accuracy of 1 runs: Run 1 ends at 92.00 %."


def test_on_a_log_scale_accuracies_become_error_rates():
    chart = compared_curves([curve()], View(log=True))
    assert chart.figure.data[0].y.tolist() == pytest.approx([0.09, 0.08])
    assert chart.figure.layout.yaxis.type == "log"
    assert chart.figure.layout.yaxis.title.text == "Test error (logarithmic)"
    loss = compared_curves([curve()], View(measure="loss", log=True)).figure
    assert loss.data[0].y[0] == 2


def test_smoothing_starts_at_the_first_value_and_outlives_what_is_not_finite():
    assert smoothed(np.array([4.0, 4.0, 4.0]), 0.9).tolist() == pytest.approx([4, 4, 4])
    assert smoothed(np.array([1.0, 3.0]), 0.5).tolist() == pytest.approx([1, (0.5 * 0.5 * 1 + 0.5 * 3) / 0.75])
    values = smoothed(np.array([1.0, np.nan, 1.0]), 0.5)
    assert np.isnan(values[1])
    assert values[2] == pytest.approx(1)


def test_twenty_curves_can_be_told_apart_and_hovering_names_the_run():
    lines = compared_curves([curve(f"Run {number}") for number in range(20)], View()).figure.data
    assert len({(line.line.color, line.line.dash) for line in lines}) == 20
    assert all("fullData.name" in line.hovertemplate for line in lines)


def test_runs_that_have_not_begun_are_said_to_have_no_curve():
    assert compared_curves([curve(points=())], View()).summary.startswith("No test accuracy yet")


def ended(store, runs):
    """A ledger's frame of finished runs, given as (settings, test accuracy)."""
    make_up(store, 1)
    template = store.runs()[0]
    return frame_of(
        [
            replace(template, id=number, config=TrainConfig(**settings), test_accuracy=accuracy)
            for number, (settings, accuracy) in enumerate(runs, 1)
        ],
        {},
    )


def test_only_runs_alike_in_all_else_are_compared_by_a_setting(store):
    """Small networks were trained ten times as long: over all, they would look better."""
    short = [({"hidden_units": units, "epochs": 1}, accuracy) for units, accuracy in ((32, 0.91), (64, 0.93))]
    seeds = [({"hidden_units": 64, "epochs": 1, "seed": 1}, 0.95)]
    long = [({"hidden_units": 32, "epochs": 10}, 0.97), ({"hidden_units": 16, "epochs": 10}, 0.96)]
    alone = [({"hidden_units": 512, "epochs": 3}, 0.94)]
    frame = ended(store, [*short, *seeds, *long, *alone])
    runs, *lines = accuracy_against(frame, "hidden_units").figure.data
    assert len(runs.x) == 6
    assert [line.customdata[-1] for line in lines] == ["epochs 1: mean of 2 seeds", "epochs 10: 1 run"]
    assert [list(line.x) for line in lines] == [[32, 64], [16, 32]]
    assert [y for line in lines for y in line.y] == pytest.approx([0.91, 0.94, 0.96, 0.97])
    summary = accuracy_against(frame, "hidden_units").summary
    assert summary == (
        "Test accuracy of 6 runs. 2 lines join finished runs that differ in nothing but their hidden units and seed, "
        "through the means over seeds: highest with 64 (94.00 %), lowest with 32 (91.00 %), in the largest group "
        "(epochs 1)."
    )


def test_runs_that_were_stopped_failed_or_imported_are_points_alone(store):
    frame = ended(store, [({"hidden_units": units}, 0.9) for units in (32, 64, 128, 256)])
    frame["state"] = ["finished", "stopped", "failed", "imported"]
    chart = accuracy_against(frame, "hidden_units")
    assert len(chart.figure.data) == 1
    assert chart.summary == (
        "Test accuracy of 4 runs. No two finished ones differ in nothing but their hidden units and seed."
    )
    assert accuracy_against(frame, "seed").figure.data[1:] == ()
    assert list(group_seeds(frame.assign(hidden_units=32))["seeds"]) == [1, 1, 1, 1]


def test_optimizers_are_compared_at_the_rate_that_is_usual_for_each(store):
    frame = ended(store, [({"optimizer": name}, accuracy) for name, accuracy in (("sgd", 0.92), ("adam", 0.98))])
    _, line = accuracy_against(frame, "optimizer").figure.data
    assert dict(zip(line.x, line.y, strict=True)) == {"adam": 0.98, "sgd": 0.92}
    frame = ended(store, [({"optimizer": "sgd", "learning_rate": 0.5}, 0.97), ({"optimizer": "adam"}, 0.98)])
    assert len(accuracy_against(frame, "optimizer").figure.data) == 1


def test_accuracy_against_a_setting_has_every_run_by_its_name(frame):
    assert len(accuracy_against(frame, "optimizer").figure.data[0].x) == len(frame)
    frame.loc[1, "name"] = "<b>bold & long</b>" + "x" * 100
    hover = accuracy_against(frame, "hidden_units").figure.data[0].customdata
    assert hover[list(frame.index).index(1)].startswith("Run 1: &lt;b&gt;bold &amp; long")


@pytest.mark.parametrize("cost", ["parameters", "seconds"])
def test_the_frontier_of_cost_is_drawn_over_the_runs(frame, cost):
    _, line = accuracy_against_cost(frame, cost).figure.data
    assert (np.diff(line.x) > 0).all()
    assert (np.diff(line.y) > 0).all()
    assert line.y[-1] == frame["test_accuracy"].max()
    assert line.x[0] == frame[cost].min()


def test_no_accuracy_yet_is_said(frame):
    frame["test_accuracy"] = np.nan
    for chart in (accuracy_against(frame, "hidden_units"), accuracy_against_cost(frame, "seconds")):
        assert chart.summary.startswith("No accuracy yet")
    assert parallel_coordinates(frame, ["hidden_units"]).summary.startswith("Each of 0 runs")


def test_runs_that_only_have_a_validation_accuracy_are_judged_by_it(frame):
    frame["validation_accuracy"] = frame["test_accuracy"] - 0.01
    frame.loc[frame.index[1:], "test_accuracy"] = np.nan  # as in a sweep, where only the winner is tested
    for chart in (accuracy_against(frame, "hidden_units"), accuracy_against_cost(frame, "parameters")):
        assert len(chart.figure.data[0].x) == len(frame)
        assert chart.figure.layout.yaxis.title.text == "Validation accuracy"
    names = ("hidden_units", "validation_accuracy")
    assert len(parallel_coordinates(frame, names).figure.data[0].line.color) == len(frame)


NAMES = ("hidden_units", "optimizer", "seconds", "test_accuracy")


def test_parallel_coordinates_draw_each_run_through_its_values(frame):
    figure = json.loads(parallel_coordinates(frame, NAMES).figure.to_json())
    units, optimizer, _, _ = figure["data"][0]["dimensions"]
    assert units["ticktext"] == ["32", "64", "128", "256", "512"]
    assert optimizer["ticktext"] == ["adam", "rmsprop", "sgd"]


def test_what_is_brushed_comes_back_as_the_same_runs(frame):
    ranges = [
        {"name": "hidden_units", "low": 1.8, "high": 3.2},
        {"name": "optimizer", "low": -0.1, "high": 0.9},
        {"name": "test_accuracy", "low": 0.975, "high": 1},
    ]
    brushes = brushes_of(frame, NAMES, ranges)
    assert brushes == (
        Brush("hidden_units", 128, 256),
        Brush("optimizer", values=("adam",)),
        Brush("test_accuracy", 0.975, 1),
    )
    kept = brushed(frame, brushes)
    assert set(kept["hidden_units"]) <= {128, 256}
    assert set(kept["optimizer"]) == {"adam"}
    dimensions = parallel_coordinates(frame, NAMES, brushes).figure.data[0].dimensions
    assert [list(map(list, dimensions[0].constraintrange)), list(dimensions[1].constraintrange)] == [
        [[1.75, 2.25], [2.75, 3.25]],
        [-0.25, 0.25],
    ]


def test_a_brush_between_the_values_keeps_no_run(frame):
    for name in ("hidden_units", "optimizer"):
        assert brushed(frame, brushes_of(frame, NAMES, [{"name": name, "low": 0.3, "high": 0.6}])).empty


@pytest.mark.parametrize(
    "ranges",
    ["text", [1], [{}], [{"name": "epochs", "low": 0, "high": 1}], [{"name": "seconds", "low": "a", "high": None}],
     [{"name": "seconds", "low": float("nan"), "high": 1}], [{"name": ["seconds"], "low": 0, "high": 1}]],
)  # fmt: skip
def test_what_no_browser_would_send_is_ignored(frame, ranges):
    assert brushes_of(frame, NAMES, ranges) == ()
