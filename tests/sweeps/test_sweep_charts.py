"""The charts of a sweep: which figure is drawn where, in which order, and what is said of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mnist_core.charts.setting_importance import importance_bars
from mnist_core.charts.sweep_heatmap import Axis, sweep_heatmap
from mnist_core.charts.sweep_scatter import SettingPoint, accuracy_by_value, sweep_points
from mnist_core.config import TrainConfig
from mnist_core.runs import State
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from mnist_core.sweeps.results import chart_of_importance, chart_of_one, chart_of_two
from tests.support.sample_records import sweep_of, trial


def grid_of(names: str, **options: Any) -> Sweep:
    told = {"hidden_units": "16, 8", "learning_rate": "0.01, 0.001", "dropout": "0, 0.5"}
    return sweep_of(Plan(TrainConfig(), Space.parse({name: told[name] for name in names.split()}), **options))


FOUR = [
    trial(0, 0.91, hidden_units=16, learning_rate=0.01),
    trial(1, 0.92, hidden_units=16, learning_rate=0.001),
    trial(2, 0.93, hidden_units=8, learning_rate=0.01),
    trial(3, 0.94, hidden_units=8, learning_rate=0.001),
]


def test_a_heat_map_has_each_setting_in_its_cell_and_the_best_is_framed():
    chart = chart_of_two(grid_of("hidden_units learning_rate"), FOUR, "hidden_units", "learning_rate")
    (heatmap,) = chart.figure.data
    assert (heatmap.x, heatmap.y) == (("8", "16"), ("0.001", "0.01"))
    assert heatmap.z.tolist() == [[0.94, 0.92], [0.93, 0.91]]
    assert heatmap.text.tolist() == [["94.0 %", "92.0 %"], ["93.0 %", "91.0 %"]]
    assert (heatmap.hovertemplate, heatmap.colorscale[0][1]) == ("%{customdata}<extra></extra>", "#00224e")
    assert heatmap.customdata[1][0] == "Learning rate 0.01, hidden units 8: 93.0 %"
    assert [(it.x0, it.x1, it.y0, it.y1) for it in chart.figure.layout.shapes] == [(-0.5, 0.5, -0.5, 0.5)]
    layout = chart.figure.layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Hidden units", "Learning rate")
    assert chart.summary == "4 of 4 cells are known. Best: Learning rate 0.001, hidden units 8: 94.0 %. Lowest: 91.0 %."


def test_a_cell_that_is_not_known_yet_is_empty():
    chart = chart_of_two(grid_of("hidden_units learning_rate"), FOUR[:2], "learning_rate", "hidden_units")
    (heatmap,) = chart.figure.data
    assert np.isnan(heatmap.z[0]).all()
    assert heatmap.z[1].tolist() == [0.92, 0.91]
    assert heatmap.text.tolist() == [["", ""], ["92.0 %", "91.0 %"]]
    assert heatmap.customdata[0][1] == "Hidden units 8, learning rate 0.01: not known yet"
    assert [(it.x0, it.x1, it.y0, it.y1) for it in chart.figure.layout.shapes] == [(-0.5, 0.5, 0.5, 1.5)]
    assert chart.summary.startswith("2 of 4 cells are known. Best: Hidden units 16, learning rate 0.001: 92.0 %.")


def test_of_three_settings_a_cell_is_the_mean_over_the_third():
    trials = [
        trial(0, 0.80, hidden_units=8, learning_rate=0.01, dropout=0.0),
        trial(1, 0.90, hidden_units=8, learning_rate=0.01, dropout=0.5),
        trial(2, 0.70, hidden_units=16, learning_rate=0.01, dropout=0.0),
    ]
    sweep = grid_of("hidden_units learning_rate dropout", seeds=3)
    chart = chart_of_two(sweep, trials, "hidden_units", "learning_rate")
    (heatmap,) = chart.figure.data
    assert heatmap.z[1].tolist() == pytest.approx([0.85, 0.70])
    assert heatmap.customdata[1] == [
        "Learning rate 0.01, hidden units 8: 85.0 %, mean of 2 settings",
        "Learning rate 0.01, hidden units 16: 70.0 %, mean of 1 setting",
    ]
    assert chart.summary.endswith(
        " Each cell is the mean over dropout, of 1 to 2 settings, so the cells can be compared only roughly."
        " Each cell is the mean over 3 seeds."
    )
    complete = chart_of_two(sweep, trials[:2], "hidden_units", "learning_rate").summary
    assert "Each cell is the mean over dropout. Each cell" in complete


def test_settings_that_are_not_complete_are_in_no_chart():
    going = replace(FOUR[3], runs=(replace(FOUR[3].runs[0], state=State.ACTIVE),))
    sweep = grid_of("hidden_units learning_rate")
    (heatmap,) = chart_of_two(sweep, [*FOUR[:3], going], "hidden_units", "learning_rate").figure.data
    assert np.isnan(heatmap.z[0, 0])
    (line,) = chart_of_one(sweep, [*FOUR[:3], going], "hidden_units").figure.data
    assert line.y == pytest.approx((0.93, 0.915))


def test_one_setting_is_drawn_from_the_smallest_value_to_the_largest_by_means():
    chart = chart_of_one(grid_of("hidden_units learning_rate"), FOUR, "hidden_units")
    (line,) = chart.figure.data
    assert line.x == (8, 16)
    assert line.y == pytest.approx((0.935, 0.915))
    assert list(line.customdata) == ["hidden units 8: 93.5 %", "hidden units 16: 91.5 %"]
    assert chart.figure.layout.xaxis.type == "log"
    assert chart.summary == "2 settings. Best: hidden units 8: 93.5 %."
    assert chart_of_one(grid_of("hidden_units", seeds=2), FOUR, "hidden_units").summary.endswith(
        "Each point is the mean over 2 seeds."
    )


def test_words_and_switches_stand_in_the_order_in_which_they_were_named():
    sweep = sweep_of(Plan(TrainConfig(), Space.parse({"activation": "tanh, relu"})))
    trials = [trial(0, 0.8, activation="tanh"), trial(1, 0.9, activation="relu")]
    chart = chart_of_one(sweep, trials, "activation")
    assert chart.figure.data[0].x == ("tanh", "relu")
    assert chart.figure.layout.xaxis.type == "category"
    sweep = sweep_of(Plan(TrainConfig(), Space.parse({"augment": "on, off"})))
    trials = [trial(0, 0.8, augment=True), trial(1, 0.9, augment=False)]
    assert chart_of_one(sweep, trials, "augment").figure.data[0].x == ("on", "off")


def test_sampled_settings_are_points_where_they_lie():
    space = Space.parse({"learning_rate": "0.001..0.1", "dropout": "0..0.5"})
    sweep = sweep_of(Plan(TrainConfig(), space, Sampler.RANDOM, trials=5))
    trials = [trial(0, 0.8, learning_rate=0.003, dropout=0.4), trial(1, 0.9, learning_rate=0.02, dropout=0.1)]
    chart = chart_of_two(sweep, trials, "learning_rate", "dropout")
    (points,) = chart.figure.data
    assert (points.x, points.y) == ((0.003, 0.02), (0.4, 0.1))
    assert points.marker.color.tolist() == [0.8, 0.9]
    assert points.customdata[1] == "learning rate 0.02, dropout 0.1: 90.0 %"
    assert (chart.figure.layout.xaxis.type, chart.figure.layout.yaxis.type) == ("log", "linear")
    assert chart.summary == "2 settings. Best: learning rate 0.02, dropout 0.1: 90.0 %."


def test_what_mattered_most_is_at_the_top():
    sweep = replace(grid_of("hidden_units learning_rate"), importance={"hidden_units": 0.2, "learning_rate": 0.8})
    chart = chart_of_importance(sweep)
    (bars,) = chart.figure.data
    assert (bars.y, bars.x, bars.text) == (("Hidden units", "Learning rate"), (0.2, 0.8), ("20 %", "80 %"))
    assert bars.orientation == "h", "plotly draws the first one at the bottom"
    assert chart.summary == "Learning rate mattered most: 80 % of the differences in accuracy."


def test_bars_are_in_the_order_of_what_they_say_whatever_order_they_came_in():
    (bars,) = importance_bars(["a", "b", "c"], [0.5, 0.1, 0.4]).figure.data
    assert (bars.y, bars.x) == (("b", "c", "a"), (0.1, 0.4, 0.5))


@pytest.mark.parametrize(
    ("accuracies", "limits"),
    [
        ([0.90, 0.91, 0.92, 0.93], (0.90, 0.93)),
        ([0.10, 0.91, 0.92, 0.93, 0.94], (0.88, 0.94)),  # quartile 0.91, median 0.92: 3 × 0.01 below the quartile
        ([0.10, 0.94, 0.94, 0.94, 0.94], (0.10, 0.94)),
        ([0.95], (0.948, 0.95)),
        ([0.9500, 0.9505], (0.9485, 0.9505)),  # what differs by chance is not made to differ
    ],
)
def test_colours_range_over_what_matters_and_not_over_a_hopeless_setting(accuracies, limits):
    spots = [SettingPoint(index, 0.0, accuracy, "") for index, accuracy in enumerate(accuracies)]
    marker = sweep_points("a", "b", spots, (False, False)).figure.data[0].marker
    assert (marker.cmin, marker.cmax) == pytest.approx(limits)
    heatmap = sweep_heatmap(Axis("A", list("vwxyz")[: len(spots)]), Axis("B", ["1"]), np.array([accuracies])).figure
    assert (heatmap.data[0].zmin, heatmap.data[0].zmax) == pytest.approx(limits)


def test_numbers_are_left_out_of_cells_that_are_too_narrow_for_them():
    for count, template in ((12, "%{text}"), (13, "")):
        chart = sweep_heatmap(Axis("A", list("abcdefghijklm")[:count]), Axis("B", ["1"]), np.full((1, count), 0.9))
        assert chart.figure.data[0].texttemplate == template


def test_nothing_finished_is_said():
    empty = sweep_heatmap(Axis("A", ["1"]), Axis("B", ["2"]), np.array([[np.nan]]))
    assert empty.summary == accuracy_by_value("A", [], False).summary == "No setting is finished yet."
    assert empty.figure.layout.shapes == ()
