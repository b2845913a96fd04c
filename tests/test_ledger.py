"""The ledger without a screen: the table, filters in words, the baseline, seeds, comparison, and the address."""

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mnist_core import charts
from mnist_core.architecture import Architecture, Hidden
from mnist_core.config import TrainConfig
from mnist_core.ledger import (
    Brush,
    Choice,
    Contender,
    FilterError,
    brushed,
    compare,
    constant_settings,
    differences,
    differing_settings,
    frame_of,
    frontier,
    group_seeds,
    matching,
    owner_tag,
    settings_side_by_side,
    sort,
    to_csv,
)
from mnist_core.ledger.columns import COLUMNS, SETTINGS
from mnist_core.ledger.compare import difference_sentence, mcnemar, two_proportions, verdict_sentence
from mnist_core.ledger.table import DIFFERENCE, SPREAD
from mnist_core.runs import Best, DatasetShelf, Ledger, Run, State, TagError
from tests.idx_server import small_dataset
from tests.made_up import make_up
from tests.visits import ME

CONFIGS = {
    1: TrainConfig(hidden_units=64),
    2: TrainConfig(hidden_units=128, optimizer="adam"),
    3: TrainConfig(hidden_units=512, optimizer="adam", seed=1, augment=True),
    4: TrainConfig(hidden_units=64, seed=1),
}
ACCURACIES = {1: 0.970, 2: 0.976, 3: 0.982, 4: 0.974}


@pytest.fixture
def frame(store):
    """Four ended runs of two people, the last one without results."""
    make_up(store, 1)
    (template,) = store.runs()
    runs = [
        replace(
            template,
            id=number,
            config=config,
            name=f"run of {config.hidden_units}",
            test_accuracy=ACCURACIES[number],
            train_accuracy=ACCURACIES[number] + 0.01,
            nickname="Ada" if number < 3 else "Grace",
            tags=("week-1", "odd") if number == 2 else (),
            created_at=1.77e9 + 86400 * number,  # run 1: 3 February 2026
        )
        for number, config in CONFIGS.items()
    ]
    unknown = dict.fromkeys(("test_accuracy", "accuracy", "loss"))
    config = TrainConfig(hidden_units=32)
    fresh = replace(template, id=5, config=config, state=State.ACTIVE, step=0, **unknown)
    return frame_of([*runs, fresh], {})


# -- the table ------------------------------------------------------------------------------------


def test_every_setting_has_a_column_even_one_that_is_new():
    assert {item.name for item in SETTINGS} == {*TrainConfig.__dataclass_fields__, "dataset"}


def test_parameters_are_those_of_as_many_classes_as_the_run_has(store):
    letters = DatasetShelf(store).add(small_dataset("letters", classes=26))
    store.submit(TrainConfig(), dataset=letters.sha256)
    store.submit(TrainConfig())
    counted = frame_of(store.runs(), {}, DatasetShelf(store).classes())["parameters"]
    assert counted.tolist() == [203_530, 207_642]


def with_an_import(frame: pd.DataFrame, template: Run) -> pd.DataFrame:
    """The frame and an imported run, whose network no settings describe."""
    layers = Architecture((Hidden(64, "relu"), Hidden(32, "gelu")))
    imported = replace(template, id=9, imported="a.keras", layers=layers, test_accuracy=0.9, test_loss=0.3)
    return pd.concat([frame, frame_of([imported], {})])


def test_what_is_unknown_of_an_imported_network_is_told_as_unknown(store, frame, make_run):
    both = with_an_import(frame, store.run(make_run(State.FINISHED)))
    row = both.loc[9]
    assert row[["epochs", "batch_size", "learning_rate", "hidden_units"]].isna().all()
    assert (row["hidden_layers"], row["activation"], row["parameters"]) == (2, "relu, gelu", 52_650)
    assert not {"epochs", "optimizer", "hidden_units"} & constant_settings(both).keys()
    assert "epochs" not in differing_settings(both)
    assert {"hidden_units", "hidden_layers", "activation"} <= set(differing_settings(both))
    assert "hidden layers (1, 2)" in difference_sentence(both)
    beside = settings_side_by_side(both)
    assert (beside.loc["Epochs", "Run 9"], beside.loc["Activation", "Run 9"]) == ("–", "relu, gelu")
    for text in ("epochs < 3", "epochs != 5", "augment = off", "augment != on", "optimizer = none", "units > 0"):
        assert 9 not in matching(both, text).index
    assert 9 in matching(both, "activation contains gelu").index
    assert 9 in group_seeds(both).index
    assert ",".join(["9", "", ""]) in to_csv(both, ["run", "epochs", "optimizer"])


def test_imported_networks_are_left_out_of_plots_over_settings(store, frame, make_run):
    both = with_an_import(frame, store.run(make_run(State.FINISHED)))
    names = ["hidden_units", "epochs", "activation", "test_accuracy"]
    assert charts.parallel_coordinates(both, names).summary == charts.parallel_coordinates(frame, names).summary
    everything = [{"name": name, "low": 0, "high": 1e9} for name in names]
    assert charts.brushes_of(both, names, everything) == charts.brushes_of(frame, names, everything)
    assert charts.accuracy_against_cost(both, "parameters").figure.data[0].x


def test_settings_are_told_apart_into_differing_and_constant(frame):
    runs = frame.loc[[1, 2]]
    assert differing_settings(runs) == ["hidden_units", "optimizer"]
    constant = constant_settings(runs)
    assert (constant["epochs"], constant["dataset"], constant["seed"]) == (5, "mnist", 0)
    assert not {"hidden_units", "optimizer"} & constant.keys()
    assert constant_settings(frame.iloc[:0]) == {}


def test_the_best_epoch_of_each_run_comes_from_one_query(store):
    ids = make_up(store, 20, epochs=5)
    best = Ledger(store).best_tests()
    assert {best[run] for run in ids} == {(0.974, 4)}
    frame = frame_of(store.runs(), best)
    assert (frame["best_epoch"] == 4).all()


def test_sorting_puts_unknown_values_last(frame):
    assert list(sort(frame, "-test_accuracy").index) == [3, 2, 4, 1, 5]
    assert list(sort(frame, "test_accuracy").index) == [1, 4, 2, 3, 5]


def test_others_show_their_difference_from_the_baseline(frame):
    compared = differences(frame, frame.loc[1])
    assert compared[DIFFERENCE + "test_accuracy"].tolist()[:3] == pytest.approx([0, 0.006, 0.012])
    assert math.isnan(compared.loc[5, DIFFERENCE + "test_accuracy"])


def test_seeds_of_one_setting_become_mean_and_spread(frame):
    groups = group_seeds(frame.loc[1:4])
    assert [tuple(runs) for runs in groups["runs"]] == [(1, 4), (2,), (3,)]
    row = groups.iloc[0]
    assert row["seeds"] == 2
    assert row["test_accuracy"] == pytest.approx(0.972)
    assert row[SPREAD + "test_accuracy"] == pytest.approx(np.std([0.970, 0.974], ddof=1))
    assert math.isnan(groups.iloc[1][SPREAD + "test_accuracy"])
    assert group_seeds(frame.iloc[:0]).empty


def test_a_run_that_was_stopped_at_its_best_has_that_as_its_best(store):
    make_up(store, 1)
    (run,) = store.runs()
    for tested, best in ((0.99, (0.99, 2)), (0.9, (0.95, 1))):
        stopped = replace(run, state=State.STOPPED, step=469 + 40, test_accuracy=tested)
        row = frame_of([stopped], {run.id: Best(0.95, 1)}).iloc[0]
        assert (row["best_test_accuracy"], row["best_epoch"]) == best


def test_csv_holds_every_column_and_no_formula(frame):
    frame.loc[1, "name"] = "=HYPERLINK(1)"
    rows = list(csv.DictReader(io.StringIO(to_csv(frame, [item.name for item in COLUMNS]))))
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert (rows[1]["hidden_units"], rows[1]["tags"]) == ("128", "week-1,odd")
    assert float(rows[1]["test_accuracy"]) == 0.976


def test_a_thousand_runs_are_read_filtered_and_grouped(store):
    make_up(store, 1000)
    frame = frame_of(store.runs(), Ledger(store).best_tests())
    kept = matching(frame, "units >= 128 and (optimizer = adam or batch = 64) and accuracy > 97")
    groups = differences(group_seeds(kept), kept.iloc[0])
    assert 0 < len(groups) < len(kept) < len(frame) == 1000


# -- filters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("units >= 128 and optimizer = adam", [2, 3]),
        ("units ≥ 128 and not augment = on", [2]),
        ("Hidden units = 64 and seed != 0", [4]),
        ("hidden_units in (64, 128) and accuracy > 97.1%", [2, 4]),
        ("test accuracy >= 0.976", [2, 3]),
        ("accuracy > 97.5", [2, 3]),
        ("gap < 1.5", [1, 2, 3, 4]),
        ("(units = 64 or units = 512) and by = grace", [3, 4]),
        ("tag = odd", [2]),
        ("not tags contains week and accuracy > 90", [1, 3, 4]),
        ("ADAM", [2, 3]),
        ("'run of 512'", [3]),
        ("started >= 2026-02-05", [3, 4]),
        ("state = active", [5]),
        ("state = waiting", [5]),
        ("state in (waiting, paused) or state = Finished", [1, 2, 3, 4, 5]),
        ("state != Waiting", [1, 2, 3, 4]),
        ("dataset = MNIST", [1, 2, 3, 4, 5]),
    ],
)
def test_filters_keep_what_they_say(frame, text, runs):
    assert list(matching(frame, text).index) == runs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit >= 128", "Is “units” meant?"),
        ("units >=", "a value is missing"),
        ("units >= adam", "“adam” is none"),
        ("units > 3 optimizer = adam", "goes on with “optimizer = adam”"),
        ("(units > 3", "where “)” was expected"),
        ("units > 3 and", "ends where a condition was expected"),
        ("name = 'abc", "a quotation mark is not closed"),
        ("optimizer > adam", "has no order"),
        ("augment = maybe", "is on or off"),
        ("started > yesterday", "takes a day"),
        ("started > 2026-02-31", "There is no day"),
        ("(" * 100 + "units = 3", "more than 20 parentheses"),
        ("x" * 400, "too long"),
        ("and", "where a condition was expected"),
        ("__import__('os')", "goes on with"),
    ],
)
def test_a_filter_that_makes_no_sense_gets_a_sentence(frame, text, words):
    with pytest.raises(FilterError) as error:
        matching(frame, text)
    assert words in str(error.value)


def test_brushes_of_one_column_add_up_and_of_several_narrow(frame):
    of_units = (Brush("hidden_units", 60, 70), Brush("hidden_units", 500, 600))
    assert list(brushed(frame.loc[1:4], of_units).index) == [1, 3, 4]
    assert list(brushed(frame, (*of_units, Brush("optimizer", values=("adam",)))).index) == [3]


# -- the comparison -----------------------------------------------------------------------------------


def test_mcnemar_is_exact():
    assert mcnemar(0, 0) == 1
    assert mcnemar(0, 5) == pytest.approx(2 / 2**5)
    assert mcnemar(3, 9) == mcnemar(9, 3) == pytest.approx(2 * sum(math.comb(12, k) for k in range(4)) / 2**12)
    assert mcnemar(2000, 2600) < 1e-15


def test_two_proportions_agree_with_the_textbook():
    # Agresti, An Introduction to Categorical Data Analysis, aspirin and heart attacks: z = 5.0
    p = two_proportions(189 / 11034, 11034, 104 / 11037, 11037)
    assert p == pytest.approx(math.erfc(5.001 / math.sqrt(2)), rel=0.02)


def test_a_lead_counts_only_if_chance_does_not_explain_it():
    random = np.random.default_rng(0)
    good = random.random(10_000) < 0.98
    nearly = good.copy()
    nearly[np.flatnonzero(good)[:3]] = False
    bad = good & (random.random(10_000) < 0.97)
    verdict = compare([Contender.from_predictions(run, right) for run, right in enumerate((bad, good, nearly), 1)])
    assert (verdict.best.run, verdict.beaten, verdict.as_good, verdict.exact) == (2, (1,), (3,), True)
    words = verdict_sentence(verdict)
    assert "Run 2 reads most" in words
    assert "lead over run 1 is more than chance" in words
    assert "run 3 is not told apart" in words


def test_without_predictions_accuracies_are_compared():
    verdict = compare([Contender(1, 0.97, 10_000), Contender(2, 0.98, 10_000)])
    assert (verdict.best.run, verdict.beaten, verdict.exact) == (2, (1,), False)
    close = compare([Contender(1, 0.979, 10_000), Contender(2, 0.98, 10_000)])
    assert "may well be chance (p = 0.6" in verdict_sentence(close)


def test_settings_side_by_side_begin_with_what_differs(frame):
    table = settings_side_by_side(frame.loc[[1, 3]])
    assert list(table.columns) == ["Run 1", "Run 3"]
    assert list(table.index[:4]) == ["Hidden units", "Seed", "Optimizer", "Augment"]
    assert table.loc["Augment"].tolist() == ["off", "on"]
    assert difference_sentence(frame.loc[[1, 4]]) == "These runs differ in seed (0, 1)."


def test_the_frontier_holds_what_nothing_else_beats():
    cost = np.array([1, 2, 2, 3, 4, np.nan, 5])
    value = np.array([0.90, 0.95, 0.93, 0.95, 0.97, 0.99, np.nan])
    assert frontier(cost, value).tolist() == [0, 1, 4]
    assert frontier(np.array([]), np.array([])).tolist() == []


# -- the address ----------------------------------------------------------------------------------------


def test_a_choice_survives_the_way_through_an_address():
    choice = Choice(
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
    query = choice.to_query()
    assert query["runs"] == "1-3,9"
    assert Choice.from_query(query) == (choice, [])
    assert Choice().to_query() == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("runs", "1,,x"),
        ("runs", "1-999999999"),
        ("baseline", "-3"),
        ("of", "<script>"),
        ("columns", "run,colour"),
        ("sort", "--run"),
        ("brush", "hidden_units:a..b"),
        ("plot", "pie"),
        ("smooth", "nan"),
        ("log", "perhaps"),
        ("against", "test_accuracy"),
        ("filter", "x" * 1000),
    ],
)
def test_what_makes_no_sense_in_an_address_is_named_and_left_out(name, text):
    choice, problems = Choice.from_query({name: text, "measure": "loss", "unknown": "1"})
    assert choice == Choice(measure="loss")
    assert len(problems) == 1
    assert problems[0].startswith(f"The link's {name}=")


# -- changes to many runs -----------------------------------------------------------------------------------


def test_many_runs_are_stopped_deleted_restored_and_tagged_together(store):
    ledger = Ledger(store)
    going = [store.submit(TrainConfig(epochs=1)) for _ in range(3)]
    (ended,) = make_up(store, 1)
    before = ledger.version()
    assert ledger.stop([*going, ended]) == 3
    assert {store.run(run).state for run in going} == {State.STOPPED}
    assert ledger.version() != before
    assert ledger.delete(going) == 3
    assert [run.id for run in store.runs()] == [ended]
    assert ledger.restore(going) == 3
    assert ledger.tag(going, add=["Week 1", "good", ""], remove=["none"]) == 3
    ledger.tag(going[:1], remove=["good"])
    assert [store.run(run).tags for run in going] == [("week-1",), ("good", "week-1"), ("good", "week-1")]
    with pytest.raises(TagError, match="at most 24"):
        ledger.tag(going, add=["x" * 25])
    with pytest.raises(TagError, match="10 are allowed"):
        ledger.tag(going, add=[str(number) for number in range(11)])
    assert store.run(going[0]).tags == ("week-1",)


def test_histories_of_several_runs_come_together(store):
    ids = make_up(store, 3, epochs=2)
    histories = Ledger(store).histories([*ids, 99])
    assert list(histories) == ids
    assert histories[ids[1]] == store.history(ids[1])
