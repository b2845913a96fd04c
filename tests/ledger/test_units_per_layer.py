"""Runs whose hidden layers differ, in the ledger: their column, its order, filters, brushes and plots."""

import pandas as pd
import pytest

from mnist_core.charts.accuracy_by_setting import accuracy_against
from mnist_core.charts.parallel_axes import brush_in_words, brushes_of, parallel_coordinates
from mnist_core.ledger import Brush, FilterError, ViewState, brushed, column, group_seeds, matching, sort, to_csv
from mnist_core.ledger.column_declaration import in_words
from mnist_core.ledger.row import UNKNOWN
from mnist_core.ledger.settings_comparison import difference_sentence, distinguishing_names
from mnist_core.runs import State
from tests.support.sample_records import frame, run

FIELD = ["hidden_units", "activation", "test_accuracy"]


@pytest.fixture
def runs() -> pd.DataFrame:
    """64, then 64 and 32, 256 and 64, twice 64, 512, and no units."""
    return frame(
        run(1, hidden_units=64, hidden_layers=1),
        run(2, hidden_units=(64, 32), hidden_layers=2),
        run(3, hidden_units=(256, 64), hidden_layers=2),
        run(4, hidden_units=64, hidden_layers=2),
        run(5, hidden_units=512, hidden_layers=1, test_accuracy=0.99),
        run(6, hidden_units=0, hidden_layers=0, test_accuracy=0.92),
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("units >= 64", [1, 3, 4, 5]),
        ("units < 64", [6]),
        ("units <= 64", [1, 2, 4, 6]),
        ("units = 64", [1, 4]),
        ("units != 64", [2, 3, 5, 6]),
        ('units = "64, 32"', [2]),
        ('units != "64,32"', [1, 3, 4, 5, 6]),
        ('units in (512, "256, 64")', [3, 5]),
        ("units = 0", [6]),
        ("units contains 32", [2]),
        ("layers = 2", [2, 3, 4]),
    ],
)
def test_a_comparison_of_units_must_hold_for_every_layer(runs, text, kept):
    assert list(matching(runs, text).index) == kept


def test_several_numbers_have_no_order_in_a_filter(runs):
    with pytest.raises(FilterError, match="compared with = or !="):
        matching(runs, 'units >= "64, 32"')
    assert not len(matching(runs.loc[[1, 4]], 'units = "64, 32"'))


def test_units_are_sorted_by_the_first_layer_then_by_the_next(runs):
    assert list(sort(runs, "hidden_units").index) == [6, 1, 4, 2, 3, 5]
    assert list(sort(runs, "-hidden_units").index) == [5, 3, 2, 1, 4, 6]


def test_units_are_written_as_people_type_them(runs):
    assert to_csv(runs, ["run", "hidden_units"]).splitlines()[1:4] == ["1,64", '2,"64, 32"', '3,"256, 64"']
    assert "hidden units (64; 64, 32)" in difference_sentence(runs.loc[[1, 2]])
    assert distinguishing_names(runs.loc[[1, 2]]) == {1: "64 units, 1 hidden layer", 2: "64, 32 units, 2 hidden layers"}
    assert len(group_seeds(runs)) == 6


def test_layouts_are_brushed_one_by_one(runs):
    chart = parallel_coordinates(runs, FIELD)
    assert list(chart.figure.data[0].dimensions[0].ticktext) == ["0", "64", "64, 32", "256, 64", "512"]
    (brush,) = brushes_of(runs, FIELD, [{"name": "hidden_units", "low": 0.5, "high": 2.2}])
    assert brush_in_words(brush) == "hidden units 64, 64, 32"
    assert list(brushed(runs, [brush]).index) == [1, 2, 4]
    view, problems = ViewState.from_query(ViewState(brush=(brush,)).to_query())
    assert (view.brush, problems) == ((brush,), [])
    assert list(brushed(runs.loc[[1, 5]], [brush]).index) == [1]
    view, _ = ViewState.from_query({"brush": "hidden_units:60..300"})
    assert list(brushed(runs, view.brush).index) == [1, 3, 4]


def test_runs_of_other_layouts_and_of_none_are_comparable_over_units(runs):
    chart = accuracy_against(runs.loc[[1, 3, 5, 6]], "hidden_units")
    assert list(chart.figure.layout.xaxis.categoryarray) == ["0", "64", "256, 64", "512"]
    assert list(chart.figure.data[1].x) == ["0", "64", "256, 64", "512"]
    assert "highest with 512 (99.00 %), lowest with 0 (92.00 %)" in chart.summary


def test_no_hidden_layer_is_comparable_over_layers_where_units_are_usual():
    found = frame(run(1), run(2, hidden_layers=2), run(3, hidden_units=0, hidden_layers=0), run(4, hidden_units=64))
    chart = accuracy_against(found, "hidden_layers")
    assert list(chart.figure.data[1].x) == [0, 1, 2]


def test_a_damaged_run_among_runs_of_other_layouts_has_unknown_units():
    """Filters, brushes, order, plots and the CSV file leave it out, or last."""
    damaged = run(3, state=State.DAMAGED)
    found = frame(run(1, hidden_units=64), run(2, hidden_units=(64, 32), hidden_layers=2), damaged)
    assert list(matching(found, "units >= 64").index) == [1]
    assert list(matching(found, "units != 64").index) == [2]
    assert list(matching(found, "not units = 64").index) == [2, 3]
    assert list(matching(found, 'units != "64, 32"').index) == [1]
    assert list(matching(found, "units contains 6").index) == [1, 2]
    assert not list(matching(found, "units contains n").index)
    assert list(brushed(found, [Brush("hidden_units", 10, 100)]).index) == [1, 2]
    assert list(sort(found, "-hidden_units").index) == [2, 1, 3]
    assert to_csv(found, ["run", "hidden_units"]).splitlines()[1:] == ["1,64", '2,"64, 32"', "3,"]
    assert in_words(column("hidden_units"), found.loc[3, "hidden_units"]) == UNKNOWN
    assert len(group_seeds(found)) == 3
    assert list(parallel_coordinates(found, FIELD).figure.data[0].dimensions[0].ticktext) == ["64", "64, 32"]
