"""What is in the files of a run: names, columns, curves and times, written here by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_core.cli.networks import settings_of
from mnist_core.config import TrainConfig
from mnist_core.errors import UserError
from mnist_core.export import formats
from mnist_core.export.export_run import export_run
from mnist_core.export.formats import UnknownSettings
from mnist_core.export.tensorboard import write_runs
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import Run, RunStore, WorkQueue, schema
from tests.support.all_settings import DEFAULTS
from tests.support.databases import change

CONFIG = TrainConfig(
    hidden_units=3,
    epochs=2,
    batch_size=8192,
    seed=5,
    optimizer="adam",
    learning_rate=0.01,
    activation="tanh",
    dropout=0.25,
    validation_images=27_232,  # which leaves four batches
)
POINTS = [
    ProgressPoint(2, 1, 2.5, 0.125, None, None, None, None, learning_rate=0.01),
    ProgressPoint(4, 1, 2.25, 0.25, 2.125, 0.375, 2.0, 0.5, learning_rate=0.005),
    ProgressPoint(8, 2, 1.5, 0.625, 1.25, 0.75, 1.125, 0.875),  # as an earlier version stored it, without the rate
]
WEIGHTS = [np.full((784, 3), 0.5), np.arange(3), np.full((3, 10), 0.25), np.arange(10)]


@pytest.fixture
def run(store: RunStore) -> Run:
    """A run of two epochs of four steps, which took sixteen seconds."""
    run_id, queue = store.submit(CONFIG), WorkQueue(store)
    turn = queue.claim("a worker of the test", run_id)
    assert turn is not None
    network = Network.from_weights(WEIGHTS, "tanh").to_bytes()
    queue.record(turn, POINTS, 16.0, Checkpoint(8, network, b"an optimizer"), release=True)
    return store.run(run_id)


@pytest.mark.parametrize(
    ("name", "file", "kind"),
    [
        ("script", "digits_run_1.py", "text/x-python"),
        ("notebook", "digits_run_1.ipynb", "application/x-ipynb+json"),
        ("start", "digits_run_1_start.npz", "application/zip"),
        ("keras", "digits_run_1.keras", "application/zip"),
        ("onnx", "digits_run_1.onnx", "application/octet-stream"),
        ("npz", "digits_run_1.npz", "application/zip"),
        ("csv", "digits_run_1.csv", "text/csv"),
        ("json", "digits_run_1.json", "application/json"),
    ],
)
def test_a_file_is_called_after_its_run_and_its_kind(run: Run, name: str, file: str, kind: str) -> None:
    item = formats.FORMATS[name]
    assert (item.name, item.file_name(run), item.media_type) == (name, file, kind)


def test_a_run_without_curves_says_so_in_place_of_a_history(store: RunStore) -> None:
    with pytest.raises(UserError, match="has no curves yet"):
        export_run(store, store.submit(CONFIG), "csv")


def test_starting_weights_are_those_of_the_parent_even_if_it_is_deleted(run: Run, store: RunStore) -> None:
    parent = store.parent_network(run.id).parent
    child = store.submit(CONFIG, parent=parent)
    store.delete(run.id)
    with np.load(io.BytesIO(export_run(store, child, "start"))) as arrays:
        assert all((arrays[f"weight_{place}"] == expected).all() for place, expected in enumerate(WEIGHTS))
    with pytest.raises(UserError, match=r"^Run 1 has started from random weights, which its script makes itself\.$"):
        export_run(store, run.id, "start")


def test_a_history_has_a_row_for_each_point_and_the_epochs_behind_it(run: Run, store: RunStore) -> None:
    first, second, last = csv.DictReader(io.StringIO(export_run(store, run.id, "csv").decode()))
    assert first == {
        "step": "2",
        "epoch": "1",
        "epochs": "0.5",
        "loss": "2.5",
        "accuracy": "0.125",
        **dict.fromkeys(("test_loss", "test_accuracy", "validation_loss", "validation_accuracy"), ""),
        "seconds": "4.0",
        "learning_rate": "0.01",
    }
    assert list(second.values()) == ["4", "1", "1.0", "2.25", "0.25", "2.125", "0.375", "2.0", "0.5", "8.0", "0.005"]
    assert list(last.values()) == ["8", "2", "2.0", "1.5", "0.625", "1.25", "0.75", "1.125", "0.875", "16.0", ""]


def test_settings_are_all_of_them_by_their_names(run: Run, store: RunStore) -> None:
    assert json.loads(export_run(store, run.id, "json")) == DEFAULTS | {
        "hidden_units": 3,
        "epochs": 2,
        "batch_size": 8192,
        "seed": 5,
        "optimizer": "adam",
        "learning_rate": 0.01,
        "activation": "tanh",
        "dropout": 0.25,
        "validation_images": 27_232,
    }


def test_weights_are_those_of_the_network_in_its_order(run: Run, store: RunStore) -> None:
    with np.load(io.BytesIO(export_run(store, run.id, "npz"))) as arrays:
        assert set(arrays) == {"kernel_1", "bias_1", "kernel_2", "bias_2", "activation"}
        for name, expected in zip(("kernel_1", "bias_1", "kernel_2", "bias_2"), WEIGHTS, strict=True):
            assert (arrays[name] == expected).all()
            assert arrays[name].dtype == np.float32
        assert str(arrays["activation"]) == "tanh"


@pytest.mark.parametrize(
    "name", ["script", "notebook", "start", pytest.param("keras", marks=pytest.mark.slow), "csv", "json"]
)
def test_a_damaged_run_is_not_exported_with_the_settings_that_stand_in_for_its_own(
    run: Run, store: RunStore, name: str
) -> None:
    change(store, schema.runs, config="{")
    with pytest.raises(UnknownSettings, match="It can only be deleted"):
        export_run(store, run.id, name)


def test_tensorboard_gets_nothing_if_one_of_the_runs_is_damaged(run: Run, store: RunStore, tmp_path: Path) -> None:
    change(store, schema.runs, config="{")
    with pytest.raises(UnknownSettings, match="It can only be deleted"):
        write_runs(store, [store.run(run.id)], tmp_path / "board")
    assert not (tmp_path / "board").exists()


def test_settings_of_a_damaged_run_are_unknown_in_the_terminal(run: Run, store: RunStore) -> None:
    assert settings_of(f"{run.id}") == CONFIG
    change(store, schema.runs, config="{")
    assert settings_of(f"{run.id}") is None


def test_tensorboard_has_every_curve_at_its_steps_and_times(run: Run, store: RunStore, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    write_runs(store, [run], tmp_path)
    events = EventAccumulator(str(tmp_path / "run_1"), size_guidance={"tensors": 0}).Reload()
    curves = {
        "training/loss": [(2, 2.5), (4, 2.25), (8, 1.5)],
        "training/accuracy": [(2, 0.125), (4, 0.25), (8, 0.625)],
        "test/loss": [(4, 2.125), (8, 1.25)],
        "test/accuracy": [(4, 0.375), (8, 0.75)],
        "validation/loss": [(4, 2.0), (8, 1.125)],
        "validation/accuracy": [(4, 0.5), (8, 0.875)],
        "training/learning_rate": [(2, np.float32(0.01)), (4, np.float32(0.005))],
    }
    for tag, expected in curves.items():
        found = events.Tensors(tag)
        assert [(it.step, it.tensor_proto.float_val[0]) for it in found] == expected
        assert [it.wall_time - run.created_at for it in found] == pytest.approx([2 * step for step, _ in expected])
    assert {tag for tag in events.Tags()["tensors"] if not tag.startswith("_")} == set(curves)


def test_tensorboard_has_the_widths_of_layers_that_differ_as_people_write_them(store: RunStore, tmp_path: Path) -> None:
    runs = [store.run(store.submit(TrainConfig(hidden_units=units))) for units in ((64, 32), 64)]
    write_runs(store, runs, tmp_path)
    first, second = (_settings_in_tensorboard(tmp_path / f"run_{run.id}") for run in runs)
    assert (first["hidden_units"].string_value, second["hidden_units"].number_value) == ("64, 32", 64)
    assert first["augment"].bool_value is False


def _settings_in_tensorboard(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    metadata = EventAccumulator(str(folder)).Reload().summary_metadata["_hparams_/session_start_info"]
    return HParamsPluginData.FromString(metadata.plugin_data.content).session_start_info.hparams
