"""The ledger's address: a link shows somebody else the same, and what makes no sense in one is named."""

import pytest

from mnist_core.ledger import Brush, ViewState, brushed, owner_tag
from tests.support.sample_records import frame, run
from tests.support.visits import ME


def test_a_choice_survives_the_way_through_an_address():
    view = ViewState(
        of=owner_tag(ME),
        filter="units >= 128 and name = 'ä & b'",
        columns=("run", "gap"),
        sort="-test_accuracy",
        baseline=7,
        runs=(1, 2, 3, 9),
        seeds=True,
        brush=(Brush("hidden_units", 100, 300), Brush("optimizer", values=("adam", "sgd"))),
        plot="coordinates",
        against="dropout",
        measure="loss",
        over="seconds",
        smooth=0.6,
        log=True,
    )
    query = view.to_query()
    assert query == {
        "of": owner_tag(ME), "filter": "units >= 128 and name = 'ä & b'", "columns": "run,gap",
        "sort": "-test_accuracy", "baseline": "7", "runs": "1-3,9", "seeds": "yes",
        "brush": "hidden_units:100..300;optimizer:adam|sgd", "plot": "coordinates", "against": "dropout",
        "measure": "loss", "over": "seconds", "smooth": "0.6", "log": "yes",
    }  # fmt: skip
    assert ViewState.from_query(query) == (view, [])
    assert ViewState().to_query() == {}
    assert ViewState.from_query({}) == (ViewState(), [])


def test_an_address_does_not_tell_the_secret_id_of_a_browser():
    assert owner_tag(ME) not in ME
    assert len(owner_tag(ME)) == 12
    assert owner_tag(ME) != owner_tag(ME[:-1] + "b")


@pytest.mark.parametrize(
    ("runs", "text"),
    [((5,), "5"), ((1, 2), "1-2"), ((3, 1, 2, 7), "1-3,7"), ((1, 3, 5), "1,3,5"), ((8, 9, 10, 12, 13), "8-10,12-13")],
)
def test_runs_stand_in_an_address_as_short_as_they_can_be_told(runs, text):
    assert ViewState(runs=runs).to_query() == {"runs": text}
    assert ViewState.from_query({"runs": text})[0].runs == tuple(sorted(runs))


def test_a_link_may_name_a_thousand_runs_each_once():
    assert ViewState.from_query({"runs": "1-1000"})[0].runs == tuple(range(1, 1001))
    assert ViewState.from_query({"runs": "7,5-8,7"})[0].runs == (7, 5, 6, 8)
    for text in ("1-1001", "1-1000,2000"):
        assert ViewState.from_query({"runs": text})[1] == [
            f"The link's runs={text} is not valid: it names more than 1,000 runs."
        ]


@pytest.mark.parametrize("rate", [0.00123456789, 1e-06, 0.1 + 0.2, 2.5])
def test_a_brushed_range_keeps_its_very_ends_on_the_way(rate):
    """A run at the end of a range is within it, on the screen of whoever opens the link as well."""
    sent = ViewState(brush=(Brush("learning_rate", rate, rate),))
    got, problems = ViewState.from_query(sent.to_query())
    assert (got, problems) == (sent, [])
    assert list(brushed(frame(run(1, learning_rate=rate), run(2)), got.brush).index) == [1]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("runs", "1,,x", "the app expects numbers of runs, such as 1-3,7"),
        ("runs", "1-999999999", "it names more than 1,000 runs"),
        ("baseline", "-3", "the app expects the number of a run"),
        ("of", "<script>", "the app expects all, or 12 hex digits that stand for a browser"),
        ("of", "0123456789abc", "the app expects all, or 12 hex digits"),
        ("columns", "run,colour", "there is no column 'colour'"),
        ("sort", "--run", "there is no column '-run'"),
        ("brush", "hidden_units:a..b", "the app expects a range such as hidden_units:100..300"),
        ("brush", "colour:1..2", "there is no column 'colour'"),
        ("plot", "pie", "the app expects one of setting, coordinates, parameters, seconds"),
        ("measure", "gap", "the app expects one of test_accuracy, accuracy, validation_accuracy, test_loss, loss"),
        ("over", "days", "the app expects one of epochs, steps, seconds"),
        ("smooth", "nan", "the app expects a number from 0 to 0.95"),
        ("smooth", "0.96", "the app expects a number from 0 to 0.95"),
        ("smooth", "-0.1", "the app expects a number from 0 to 0.95"),
        ("log", "perhaps", "the app expects one of yes, no"),
        ("seeds", "1", "the app expects one of yes, no"),
        ("against", "test_accuracy", "the app expects a setting"),
        ("filter", "x" * 301, "a filter has at most 300 characters"),
    ],
)
def test_what_makes_no_sense_in_an_address_is_named_and_left_out(name, text, told):
    view, problems = ViewState.from_query({name: text, "over": "steps", "unknown": "1"} | {name: text})
    assert view == (ViewState(over="steps") if name != "over" else ViewState())
    assert len(problems) == 1
    assert problems[0].startswith(f"The link's {name}={text[:30]}")
    assert told in problems[0]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("smooth", "0.95", 0.95), ("smooth", "0", 0.0), ("of", "all", "all"), ("filter", "x" * 300, "x" * 300),
     ("log", "no", False), ("seeds", "yes", True), ("sort", "seconds", "seconds"),
     ("columns", "gap,gap,run,", ("gap", "run"))],
)  # fmt: skip
def test_what_just_makes_sense_is_taken(name, text, value):
    view, problems = ViewState.from_query({name: text})
    assert (getattr(view, name), problems) == (value, [])
