"""The charts of many runs show what they were given, and the brush comes back from the browser as ranges."""

import json

import numpy as np
import pytest

from mnist_core.charts.accuracy_by_cost import accuracy_against_cost
from mnist_core.charts.accuracy_by_setting import accuracy_against
from mnist_core.charts.parallel_axes import brush_in_words, brushes_of, parallel_coordinates
from mnist_core.charts.run_comparison import RunCurve, View, compared_curves, smoothed
from mnist_core.ledger import Brush, brushed, group_seeds
from mnist_core.progress import ProgressPoint
from mnist_core.runs import History
from tests.support.sample_records import frame as ledger_of
from tests.support.sample_records import new_run, run


def point(step):
    loss, accuracy = (0.3, 0.9 + step / 1000) if step % 10 == 0 else (None, None)
    return ProgressPoint(step, 1 + step // 10, 2 / step, 0.9, test_loss=loss, test_accuracy=accuracy, seconds=step / 4)


TIMED = tuple(point(step) for step in range(1, 21))
UNTIMED = tuple(point._replace(seconds=None) for point in TIMED)


def curve(name="Run 1", points=TIMED, seconds=10.0):
    return RunCurve(name, History(points, 10), seconds)


@pytest.fixture
def frame():
    """Forty finished runs of all sizes."""
    random = np.random.default_rng(1)
    return ledger_of(
        *(
            run(
                number,
                hidden_units=int(random.choice([32, 64, 128, 256, 512])),
                optimizer=str(random.choice(["rmsprop", "adam", "sgd"])),
                seed=number % 3,
                test_accuracy=random.uniform(0.96, 0.99),
                seconds=random.uniform(1, 20),
            )
            for number in range(1, 41)
        )
    )


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
    assert chart.summary == "Test accuracy of 1 run: Run 1 ends at 92.00 %."


def test_on_a_log_scale_accuracies_become_error_rates():
    chart = compared_curves([curve()], View(log=True))
    assert chart.figure.data[0].y.tolist() == pytest.approx([0.09, 0.08])
    assert chart.figure.layout.yaxis.type == "log"
    assert chart.figure.layout.yaxis.title.text == "Test error (logarithmic)"
    loss = compared_curves([curve()], View(measure="loss", log=True)).figure
    assert loss.data[0].y[0] == 2


MEASURED = (
    ProgressPoint(5, 1, 0.5, 0.80, seconds=1.0),
    ProgressPoint(10, 1, 0.4, 0.85, 0.35, 0.86, 0.37, 0.84, 2.0),
    ProgressPoint(20, 2, 0.3, 0.90, 0.25, 0.91, 0.27, 0.89, 4.0),
)


@pytest.mark.parametrize(
    ("measure", "x", "y", "title", "told"),
    [
        ("test_accuracy", [10, 20], [0.86, 0.91], "Test accuracy", "91.00 %"),
        ("accuracy", [5, 10, 20], [0.80, 0.85, 0.90], "Training accuracy, mean of the epoch", "90.00 %"),
        ("validation_accuracy", [10, 20], [0.84, 0.89], "Validation accuracy", "89.00 %"),
        ("test_loss", [10, 20], [0.35, 0.25], "Test loss", "0.2500"),
        ("loss", [5, 10, 20], [0.5, 0.4, 0.3], "Training loss, mean of the epoch", "0.3000"),
        ("validation_loss", [10, 20], [0.37, 0.27], "Validation loss", "0.2700"),
    ],
)
def test_each_measure_is_drawn_by_its_own_figures(measure, x, y, title, told):
    chart = compared_curves([curve(points=MEASURED), curve("Run 2", MEASURED[:2])], View(measure, "steps"))
    first, second = chart.figure.data
    assert (first.name, first.x.tolist()) == ("Run 1", x)
    assert first.y.tolist() == pytest.approx(y)
    assert second.y.tolist() == pytest.approx(y[:-1])
    assert chart.figure.layout.yaxis.title.text == title
    assert chart.summary.startswith(f"{title} of 2 runs: Run 1 ends at {told}; Run 2 ends at ")


@pytest.mark.parametrize(
    ("over", "title"), [("epochs", "Epoch"), ("steps", "Step"), ("seconds", "Seconds of training")]
)
def test_the_axis_says_over_what_curves_are_drawn(over, title):
    assert compared_curves([curve()], View(over=over)).figure.layout.xaxis.title.text == title


def test_curves_are_drawn_smoothed():
    chart = compared_curves([curve(points=MEASURED)], View("loss", "steps", smooth=0.5))
    # 0.5; (0.25 · 0.5 + 0.5 · 0.4) / 0.75; (0.125 · 0.5 + 0.25 · 0.4 + 0.5 · 0.3) / 0.875
    assert chart.figure.data[0].y.tolist() == pytest.approx([0.5, 0.4333333, 0.3571429])


@pytest.mark.parametrize(("count", "mode"), [(60, "lines+markers"), (61, "lines")])
def test_points_are_marked_as_long_as_they_are_few(count, mode):
    points = tuple(ProgressPoint(step, 1, 0.5, 0.5) for step in range(1, count + 1))
    assert compared_curves([curve(points=points)], View("loss")).figure.data[0].mode == mode


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


def ended(runs):
    """A ledger of finished runs, given as (settings, test accuracy)."""
    return ledger_of(
        *(run(number, test_accuracy=accuracy, **settings) for number, (settings, accuracy) in enumerate(runs, 1))
    )


def test_the_legend_of_growing_curves_names_runs_that_have_not_begun():
    figure = compared_curves([curve(), curve("Run 2", points=())], View(), total_epochs=2).figure
    assert [(line.name, len(line.x)) for line in figure.data][1] == ("Run 2", 1)
    assert np.isnan(figure.data[1].y).all(), "nothing is drawn of them"


def test_only_runs_alike_in_all_else_are_compared_by_a_setting():
    """Small networks were trained ten times as long: over all, they would look better."""
    short = [({"hidden_units": units, "epochs": 1}, accuracy) for units, accuracy in ((32, 0.91), (64, 0.93))]
    seeds = [({"hidden_units": 64, "epochs": 1, "seed": 1}, 0.95)]
    long = [({"hidden_units": 32, "epochs": 10}, 0.97), ({"hidden_units": 16, "epochs": 10}, 0.96)]
    alone = [({"hidden_units": 512, "epochs": 3}, 0.94)]
    frame = ended([*short, *seeds, *long, *alone])
    runs, *lines = accuracy_against(frame, "hidden_units").figure.data
    assert len(runs.x) == 6
    assert [line.customdata[-1] for line in lines] == ["epochs 1: mean of 2 seeds", "epochs 10: 1 run"]
    assert [list(line.x) for line in lines] == [[32, 64], [16, 32]]
    assert [y for line in lines for y in line.y] == pytest.approx([0.91, 0.94, 0.96, 0.97])
    summary = accuracy_against(frame, "hidden_units").summary
    assert summary == (
        "Test accuracy of 6 runs. 2 lines join finished runs that differ only in their hidden units and seed, "
        "through the means over seeds: highest with 64 (94.00 %), lowest with 32 (91.00 %), in the largest group "
        "(epochs 1)."
    )


def test_runs_that_were_stopped_failed_or_imported_are_points_alone():
    frame = ended([({"hidden_units": units}, 0.9) for units in (32, 64, 128, 256)])
    frame["state"] = ["finished", "stopped", "failed", "imported"]
    chart = accuracy_against(frame, "hidden_units")
    assert len(chart.figure.data) == 1
    assert chart.summary == (
        "Test accuracy of 4 runs. No two finished runs differ only in their hidden units and seed."
    )
    assert accuracy_against(frame, "seed").figure.data[1:] == ()
    assert list(group_seeds(frame.assign(hidden_units=32))["seeds"]) == [1, 1, 1, 1]


def test_optimizers_are_compared_at_the_rate_that_is_usual_for_each():
    frame = ended([({"optimizer": name}, accuracy) for name, accuracy in (("sgd", 0.92), ("adamw", 0.98))])
    _, line = accuracy_against(frame, "optimizer").figure.data
    assert dict(zip(line.x, line.y, strict=True)) == {"adamw": 0.98, "sgd": 0.92}
    frame = ended([({"optimizer": "sgd", "learning_rate": 0.5}, 0.97), ({"optimizer": "adam"}, 0.98)])
    assert len(accuracy_against(frame, "optimizer").figure.data) == 1


def test_accuracy_against_a_setting_has_every_run_by_its_name(frame):
    assert len(accuracy_against(frame, "optimizer").figure.data[0].x) == len(frame)
    frame.loc[1, "name"] = "<b>bold & long</b>" + "x" * 100
    hover = accuracy_against(frame, "hidden_units").figure.data[0].customdata
    assert hover[list(frame.index).index(1)].startswith("Run 1: &lt;b&gt;bold &amp; long")


THREE = (run(4, seconds=2.0, test_accuracy=0.97), run(5, seconds=9.0, test_accuracy=0.96, name="odd"),
         run(6, seconds=50.0, test_accuracy=0.98))  # fmt: skip


@pytest.mark.parametrize(("draw", "by"), [(accuracy_against, "hidden_units"), (accuracy_against_cost, "seconds")])
def test_no_axis_of_accuracies_goes_far_beyond_0_or_100_percent(draw, by):
    limits = draw(ledger_of(run(1, test_accuracy=0.98)), by).figure.layout.yaxis.autorangeoptions

    assert -0.05 < limits.clipmin < 0
    assert 1 < limits.clipmax < 1.05


def test_accuracy_against_cost_has_each_run_in_its_place_and_names_those_worth_their_price():
    chart = accuracy_against_cost(ledger_of(*THREE, new_run(7)), "seconds", marked=[5])
    points, line = chart.figure.data
    assert (list(points.x), points.y.tolist()) == ([2.0, 9.0, 50.0], [0.97, 0.96, 0.98])
    assert list(points.customdata) == ["Run 4", "Run 5: odd", "Run 6"]
    assert (points.mode, line.line.shape) == ("markers", "hv")
    assert points.marker.size.tolist() == [8, 12, 8]
    assert points.marker.line.width.tolist() == [0, 2, 0]
    assert (line.x.tolist(), line.y.tolist(), list(line.customdata)) == ([2, 50], [0.97, 0.98], ["Run 4", "Run 6"])
    layout = chart.figure.layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Seconds", "Test accuracy")
    assert chart.summary == (
        "Best accuracy for their seconds, from cheap to good: run 4 (97.00 %, 2 seconds), run 6 (98.00 %, 50 seconds)."
    )


def test_of_many_runs_worth_their_price_the_first_seven_and_the_last_are_named():
    runs = [run(n, seconds=float(n), test_accuracy=0.9 + n / 1000) for n in range(1, 11)]
    told = accuracy_against_cost(ledger_of(*runs), "seconds").summary
    assert [n for n in range(1, 11) if f"run {n} (" in told] == [1, 2, 3, 4, 5, 6, 7, 10]


@pytest.mark.parametrize(("largest", "kind"), [(19.9, None), (20.0, "log")])
def test_a_wide_range_of_numbers_is_drawn_on_a_logarithmic_axis(largest, kind):
    runs = ledger_of(run(1, seconds=1.0), run(2, seconds=largest))
    assert accuracy_against_cost(runs, "seconds").figure.layout.xaxis.type == kind


def test_a_setting_that_may_be_0_is_drawn_on_a_plain_axis():
    runs = ledger_of(run(1, dropout=0.0), run(2, dropout=0.5))
    chart = accuracy_against(runs, "dropout")
    assert chart.figure.layout.xaxis.type is None
    assert chart.figure.layout.xaxis.title.text == "Dropout"
    assert "2 runs. A line joins finished runs that differ only in their dropout and seed" in chart.summary


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


def test_along_each_axis_a_run_stands_at_its_value():
    runs = ledger_of(
        run(1, hidden_units=64, optimizer="sgd", seconds=3.0, test_accuracy=0.96),
        run(2, hidden_units=32, optimizer="adam", seconds=2.5, test_accuracy=0.97),
        new_run(3),
    )
    chart = parallel_coordinates(runs, NAMES)
    (lines,) = chart.figure.data
    assert [axis.label for axis in lines.dimensions] == ["Hidden units", "Optimizer", "Seconds", "Test accuracy"]
    assert [list(axis["values"]) for axis in lines.dimensions] == [[1, 0], [1, 0], [3.0, 2.5], [0.96, 0.97]]
    assert [axis.ticktext for axis in lines.dimensions[:2]] == [("32", "64"), ("adam", "sgd")]
    assert lines.line.color.tolist() == [0.96, 0.97]
    assert chart.summary == ("Each of 2 runs is a line through its hidden units, optimizer, seconds, test accuracy.")
    brushed = parallel_coordinates(runs, NAMES, [Brush("hidden_units", 32, 64), Brush("optimizer", values=("sgd",))])
    assert brushed.summary.endswith("Brushed: hidden units 32 to 64; optimizer sgd.")


@pytest.mark.parametrize(("values", "by_places"), [(8, True), (9, False)])
def test_a_setting_with_few_values_is_drawn_by_their_places(values, by_places):
    runs = ledger_of(*(run(n, hidden_units=n**2) for n in range(1, values + 1)))
    (axis,) = parallel_coordinates(runs, ["hidden_units"]).figure.data[0].dimensions
    assert list(axis["values"]) == [n - 1 if by_places else n**2 for n in range(1, values + 1)]


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


@pytest.mark.parametrize(("place", "words"), [(0, "augment off"), (1, "augment on")])
def test_a_brushed_switch_is_said_as_it_stands(place, words):
    runs = ledger_of(run(1, test_accuracy=0.9), run(2, test_accuracy=0.95, augment=True))
    names = ["augment", "test_accuracy"]
    (brush,) = brushes_of(runs, names, [{"name": "augment", "low": place - 0.1, "high": place + 0.1}])
    assert list(brushed(runs, [brush]).index) == [place + 1]
    assert brush_in_words(brush) == words
    assert parallel_coordinates(runs, names, [brush]).summary.endswith(f"Brushed: {words}.")


def test_a_brush_between_the_values_keeps_no_run(frame):
    for name in ("hidden_units", "optimizer"):
        assert brushed(frame, brushes_of(frame, NAMES, [{"name": name, "low": 0.3, "high": 0.6}])).empty
    smallest = ledger_of(run(1, hidden_units=1), run(2, hidden_units=2))
    assert brushed(smallest, brushes_of(smallest, NAMES, [{"name": "hidden_units", "low": 0.3, "high": 0.6}])).empty


@pytest.mark.parametrize(
    "ranges",
    ["text", [1], [{}], [{"name": "epochs", "low": 0, "high": 1}], [{"name": "seconds", "low": "a", "high": None}],
     [{"name": "seconds", "low": float("nan"), "high": 1}], [{"name": ["seconds"], "low": 0, "high": 1}]],
)  # fmt: skip
def test_what_no_browser_would_send_is_ignored(frame, ranges):
    assert brushes_of(frame, NAMES, ranges) == ()


def test_the_limits_of_growing_accuracies_rest():
    """They are updated in place, where plotly does not look for limits again."""
    first, last = ProgressPoint(10, 1, 1.0, 0.5, 0.9, 0.87), ProgressPoint(50, 5, 0.1, 0.9, 0.2, 0.98)
    early, later = (
        compared_curves([curve(points=points)], View(), total_epochs=5).figure.layout
        for points in ((first,), (first, last))
    )
    assert early == later
    assert (list(early.xaxis.range), list(early.yaxis.range)) == ([0, 5.1], [0.85, 1.002])
