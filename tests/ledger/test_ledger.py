"""The ledger without a screen: the table, what differs, CSV, and changes to many runs."""

import csv
import io
import math

import pandas as pd
import pytest

from mnist_core.charts.accuracy_by_cost import accuracy_against_cost
from mnist_core.charts.parallel_axes import brushes_of, parallel_coordinates
from mnist_core.config import TrainConfig
from mnist_core.ledger import (
    COLUMNS,
    column,
    constant_settings,
    differences,
    differing_settings,
    frame_of,
    group_seeds,
    matching,
    settings_side_by_side,
    to_csv,
)
from mnist_core.ledger.column_declaration import in_words
from mnist_core.ledger.settings_comparison import difference_sentence
from mnist_core.model.architecture import Architecture, Hidden
from mnist_core.runs import Best, BulkOperations, DatasetStore, State, TagError
from tests.support.all_settings import DEFAULTS
from tests.support.idx_server import small_dataset
from tests.support.sample_records import FIRST_OF_MARCH, FIVE_RUNS, frame, run
from tests.support.synthetic_runs import add_synthetic_runs


@pytest.fixture
def runs() -> pd.DataFrame:
    return frame(*FIVE_RUNS)


# -- the table ------------------------------------------------------------------------------------


def test_every_setting_has_a_column_even_one_that_is_new():
    settings = {item.name for item in COLUMNS if item.setting}
    assert settings == {*TrainConfig.__dataclass_fields__, "dataset", "parent", "parent_epochs"}


def test_a_row_tells_what_is_known_of_a_run():
    told = run(7, test_accuracy=0.97, test_loss=0.1, train_accuracy=0.985, train_loss=0.05, seconds=3.5, sweep_id=2,
               validation_accuracy=0.96, validation_images=10_000, pinned=True, notes="odd", name="Ada's")  # fmt: skip
    row = frame_of([told], {7: Best(0.98, 3)}).loc[7]
    assert row["gap"] == pytest.approx(0.015), "training minus test, and not the mean of the last epoch"
    assert row[["test_accuracy", "test_loss", "training_accuracy", "training_loss"]].tolist() == [
        0.97,
        0.1,
        0.985,
        0.05,
    ]
    assert (row["best_test_accuracy"], row["best_epoch"], row["validation_accuracy"]) == (0.98, 3, 0.96)
    assert (row["parameters"], row["seconds"], row["sweep"], row["pinned"]) == (203_530, 3.5, 2, True)
    assert (row["name"], row["owner"], row["notes"], row["state"]) == ("Ada's", "Ada", "odd", "finished")
    assert row["started"] == FIRST_OF_MARCH


@pytest.mark.parametrize("changes", [{"train_accuracy": None}, {"test_accuracy": None}])
def test_without_one_of_the_two_accuracies_there_is_no_gap(changes):
    assert math.isnan(frame(run(1, **changes)).loc[1, "gap"])


def test_datasets_of_one_name_are_told_apart_by_what_is_in_them():
    table = frame(
        run(1, dataset="bars", dataset_sha256="a" * 64),
        run(2, dataset="bars", dataset_sha256="b" * 64),
        run(3, dataset="rings", dataset_sha256="c" * 64),
    )
    assert table["dataset"].tolist() == ["bars (aaaaaa)", "bars (bbbbbb)", "rings"]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("test_accuracy", 0.97654, "97.65 %"),
        ("gap", 0.0123, "1.23 points"),
        ("gap", -0.0123, "-1.23 points"),
        ("test_loss", 0.123456, "0.1235"),
        ("parameters", 203_530, "203,530"),
        ("seconds", 100.0, "2 minutes"),
        ("learning_rate", 0.0001, "0.0001"),
        ("hidden_units", 1024, "1,024"),
        ("dropout", 0.25, "0.25"),
        ("augment", True, "on"),
        ("augment", False, "off"),
        ("tags", ("a", "b"), "a, b"),
        ("dataset", "mnist", "MNIST"),
        ("optimizer", "adam", "adam"),
        ("test_accuracy", None, "–"),
        ("seconds", float("nan"), "–"),
    ],
)
def test_a_value_is_written_as_people_read_it(name, value, text):
    assert in_words(column(name), value) == text


def test_parameters_are_those_of_as_many_classes_as_the_run_has(store):
    letters = DatasetStore(store).add(small_dataset("letters", classes=26))
    store.submit(TrainConfig(), dataset=letters.sha256)
    store.submit(TrainConfig())
    counted = frame_of(store.runs(), {}, DatasetStore(store).classes())["parameters"]
    assert counted.tolist() == [203_530, 207_642]


@pytest.fixture
def with_an_import() -> pd.DataFrame:
    """The runs and an imported one, whose network no settings describe."""
    layers = Architecture((Hidden(64, "relu"), Hidden(32, "gelu")))
    return frame(*FIVE_RUNS, run(9, imported="a.keras", layers=layers, test_accuracy=0.9, test_loss=0.3))


def test_what_is_unknown_of_an_imported_network_is_told_as_unknown(with_an_import):
    row = with_an_import.loc[9]
    assert row[["epochs", "batch_size", "learning_rate"]].isna().all()
    assert (row["name"], row["state"], row["status"]) == ("a.keras", "imported", "Imported")
    assert (str(row["hidden_units"]), row["hidden_layers"]) == ("64, 32", 2)
    assert (row["activation"], row["parameters"]) == ("relu, gelu", 52_650)
    assert not {"epochs", "optimizer", "hidden_units"} & constant_settings(with_an_import).keys()
    assert "epochs" not in differing_settings(with_an_import)
    assert {"hidden_units", "hidden_layers", "activation"} <= set(differing_settings(with_an_import))
    assert "hidden layers (1, 2)" in difference_sentence(with_an_import)
    assert "hidden units (32; 64; 64, 32; 128; 512)" in difference_sentence(with_an_import)
    beside = settings_side_by_side(with_an_import)
    assert (beside.loc["Epochs", "Run 9"], beside.loc["Activation", "Run 9"]) == ("–", "relu, gelu")
    assert 9 in group_seeds(with_an_import).index
    assert ",".join(["9", "", ""]) in to_csv(with_an_import, ["run", "epochs", "optimizer"])


def test_of_a_damaged_run_no_setting_is_known():
    row = frame(run(1, state=State.DAMAGED, hidden_units=64)).loc[1]
    assert (row["state"], row["activation"]) == ("damaged", "–")
    assert row[["hidden_units", "epochs", "optimizer", "parameters"]].isna().all()


def test_imported_networks_are_left_out_of_plots_over_settings(runs, with_an_import):
    names = ["hidden_units", "epochs", "activation", "test_accuracy"]
    with_it, without = (parallel_coordinates(table, names).summary for table in (with_an_import, runs))
    assert with_it == without
    everything = [{"name": name, "low": 0, "high": 1e9} for name in names]
    assert brushes_of(with_an_import, names, everything) == brushes_of(runs, names, everything)
    assert 52_650 in accuracy_against_cost(with_an_import, "parameters").figure.data[0].x


def test_settings_are_told_apart_into_differing_and_constant(runs):
    two = runs.loc[[1, 2]]
    assert differing_settings(two) == ["hidden_units", "optimizer"]
    same = {name: value for name, value in DEFAULTS.items() if name not in ("hidden_units", "optimizer")}
    assert constant_settings(two) == same | {"dataset": "mnist"}
    assert constant_settings(runs.iloc[:0]) == {}
    assert constant_settings(runs.loc[[3]])["hidden_units"] == 512


def test_the_best_epoch_of_each_run_comes_from_one_query(store):
    ids = add_synthetic_runs(store, 20, epochs=5)
    best = BulkOperations(store).best_tests()
    assert {best[run] for run in ids} == {(0.974, 4)}
    assert (frame_of(store.runs(), best)["best_epoch"] == 4).all()


def test_a_run_that_was_stopped_at_its_best_has_that_as_its_best():
    for tested, best in ((0.99, (0.99, 2)), (0.9, (0.95, 1))):
        stopped = run(1, state=State.STOPPED, step=469 + 40, test_accuracy=tested)
        row = frame_of([stopped], {1: Best(0.95, 1)}).iloc[0]
        assert (row["best_test_accuracy"], row["best_epoch"]) == best


def test_csv_holds_every_column_and_no_formula(runs):
    runs.loc[1, "name"] = "=HYPERLINK(1)"
    rows = list(csv.DictReader(io.StringIO(to_csv(runs, [item.name for item in COLUMNS]))))
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert (rows[1]["hidden_units"], rows[1]["tags"]) == ("128", "week-1,odd")
    assert (rows[1]["test_accuracy"], rows[1]["augment"], rows[2]["augment"]) == ("0.976", "False", "True")
    assert rows[1]["started"] == "2026-03-01 00:00:00"
    assert (rows[4]["test_accuracy"], rows[4]["gap"], rows[4]["run"]) == ("", "", "5")


def test_csv_of_seeds_holds_how_many_there_are_and_their_spread(runs):
    names = ["run", "seeds", "test_accuracy", "spread of test_accuracy"]
    first, *_ = csv.DictReader(io.StringIO(to_csv(group_seeds(runs), names)))
    assert (first["run"], first["seeds"]) == ("4", "2")
    assert [float(first[name]) for name in names[2:]] == pytest.approx([0.972, 0.00282843], rel=1e-5)


# -- many runs --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_thousand_runs_are_read_filtered_and_grouped(store):
    add_synthetic_runs(store, 1000)
    table = frame_of(store.runs(), BulkOperations(store).best_tests())
    kept = matching(table, "units >= 128 and (optimizer = adam or batch = 64) and accuracy > 97")
    groups = differences(group_seeds(kept), kept.iloc[0])
    assert 0 < len(groups) < len(kept) < len(table) == 1000


def test_many_runs_are_stopped_deleted_restored_and_tagged_together(store):
    ledger = BulkOperations(store)
    going = [store.submit(TrainConfig(epochs=1)) for _ in range(3)]
    (ended,) = add_synthetic_runs(store, 1)
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
    ids = add_synthetic_runs(store, 3, epochs=2)
    histories = BulkOperations(store).histories([*ids, 99])
    assert list(histories) == ids
    assert histories[ids[1]] == store.history(ids[1])
