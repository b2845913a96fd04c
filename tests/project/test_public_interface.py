"""What people and programs outside rely on: addresses, links, commands, environment variables, and some imports.

All of it is written out by hand, so that whoever moves or renames something inside sees here what others would notice.
Removing or renaming any of it takes a new major version; adding to it takes a line here.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import streamlit as st

from mnist_core.cli.main import main
from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore, State
from pages.routes import routes
from tests.support.all_settings import EVERY
from tests.support.route_client import get_route
from tests.support.runs_with_networks import BARS, add_run_with_network
from tests.support.visits import START, TRAIN

PROJECT = Path(__file__).parents[2]

# -- addresses ----------------------------------------------------------------------------------

PAGES = {
    "": "Start",
    "start": "Start",
    "data": "Data",
    "train": "Train",
    "evaluate": "Evaluate",
    "inside": "Inside",
    "draw": "Draw",
    "handwriting": "Draw",
    "compare": "Compare",
    "runs": "Compare",
    "sweeps": "Compare",
    "class": "Class",
}
"""The path of each page below the app's own address, with the entry of the navigation to which it belongs."""

ROUTES = {
    "/plotly.min.js",
    "/style.css",
    "/drawable-canvas.js",
    "/news/{run:number}",
    "/news/{run:number}/network",
    "/news/{run:number}/newer",
    "/news/{run:number}/epochs",
    "/news/{run:number}/units",
    "/answers/{source}/{step:number}",
    "/class/here",
    "/class/students",
    "/class/notice",
    "/class/runs",
    "/class/drawings",
    "/files/runs.csv",
    "/files/runs/{run:number}/{format}",
    "/files/models/{job:number}",
    "/files/images/{sha256}",
    "/files/maps/{sha256}/{count:number}",
    "/files/handwriting/{set:number}",
    "/files/class/{class:number}/{suffix}",
}
"""What browsers ask for beside the pages."""

LINKED = {
    "hidden_units": "5",
    "epochs": "2",
    "batch_size": "300",
    "seed": "7",
    "optimizer": "adam",
    "learning_rate": "0.02",
    "activation": "tanh",
    "initialisation": "he",
    "hidden_layers": "3",
    "dropout": "0.25",
    "augment": "True",
    "label_noise": "0.1",
    "validation_images": "10",
}
"""The settings as they stand in the link to a run."""


def test_pages_are_where_links_lead(open_page, monkeypatch):
    listed: list[Any] = []
    navigation = st.navigation

    def listing(pages: list[Any], **options: Any) -> Any:
        listed[:] = pages
        return navigation(pages, **options)

    monkeypatch.setattr(st, "navigation", listing)
    open_page(TRAIN)
    assert {page.url_path: page.title for page in listed} == PAGES


@pytest.mark.slow
@pytest.mark.parametrize("query", [{"run": "1"}, {"hidden_units": "5", "epochs": "2"}, {"dataset": BARS.sha256}])
def test_a_link_to_the_root_that_asks_for_a_run_or_settings_opens_train_with_them(open_page, store, query):
    add_run_with_network(store, State.FINISHED)
    page = open_page(START)
    page.app.query_params.update(query)
    page.rerun()
    assert [title.value for title in page.app.title] == ["Train"]
    assert query.items() <= page.app.query_params.items()


def test_files_are_where_links_lead():
    assert {route.path for route in routes()} == ROUTES | {f"/{path}" for path in PAGES}


@pytest.mark.parametrize("name", ["script", "notebook", "npz", "csv", "json"])
def test_a_run_is_sent_under_the_name_of_the_format(open_page, store, name):
    assert get_route(f"files/runs/{add_run_with_network(store, State.FINISHED)}/{name}").status == 200


def test_a_link_can_carry_every_setting_and_the_dataset(open_page, store):
    add_run_with_network(store, State.STOPPED)  # brings its images along
    page = open_page(TRAIN)
    page.app.query_params.update({**LINKED, "dataset": BARS.sha256})
    page.rerun()
    assert not page.app.warning
    page.press("Train")
    assert store.run(2).dataset_sha256 == BARS.sha256
    assert store.run(2).config == TrainConfig(
        hidden_units=5,
        epochs=2,
        batch_size=300,
        seed=7,
        optimizer="adam",
        learning_rate=0.02,
        activation="tanh",
        initialisation="he",
        hidden_layers=3,
        dropout=0.25,
        augment=True,
        label_noise=0.1,
        validation_images=10,
    )
    assert dict(parse_qsl(urlsplit(page.app.code[0].value).query)) == {**LINKED, "dataset": BARS.sha256}


# -- the terminal -------------------------------------------------------------------------------

SETTINGS = " ".join(f"--{name.replace('_', '-')}" for name in EVERY)
COMMANDS = {
    "train": f"{SETTINGS} --no-augment --no-batch-normalisation --parent --name --dataset --handwriting --json",
    "data": "FILE --name --class-names --scale --invert --turn --renumber --hold-out --as-is --json",
    "sweep": f"{SETTINGS} --parent --sampler --trials --seeds --limit-minutes --prune --name --json",
    "runs": "--json",
    "evaluate": "RUN --json",
    "predict": "IMAGE --run --json",
    "export": "RUN --format -o --output --tensorboard",
    "lesson": "ACTION",
    "lesson list": "--json",
    "lesson check": "FILE --json",
    "rehearse": "--students --no-serve --port --lan --host",
    "worker": "--until-end-of-input",
    "serve": "--port --lan --host",
}
"""The commands, with what can stand after each."""
CHOICES = {
    ("train", "--optimizer"): "rmsprop,adam,sgd,adamw,nadam",
    ("train", "--activation"): "relu,tanh,sigmoid,elu",
    ("train", "--initialisation"): "glorot,he,too-small,too-large,zeros",
    ("train", "--schedule"): "constant,step,exponential,cosine,warm-up",
    ("sweep", "--sampler"): "grid,random,tpe",
    ("export", "--format"): "script,notebook,start,keras,onnx,npz,csv,json",
}
RUN_KEYS = (
    "run_id name nickname dataset dataset_sha256 state step steps steps_per_epoch loss accuracy test_loss "
    "test_accuracy validation_loss validation_accuracy train_loss train_accuracy seconds message failure created_at "
    "updated_at pinned imported layers import_notes notes tags sweep_id trial pruned kept_epoch parent settings"
)
"""What `runs --json` tells of each run."""


def usage_of(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """Return what the help says of how to call a command, in one line."""
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    usage, _, _ = capsys.readouterr().out.partition("\n\n")
    return " ".join(usage.split())


def test_the_terminal_has_these_commands(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert set(re.findall(r"^    (\w+)  ", capsys.readouterr().out, flags=re.MULTILINE)) == {
        command.split()[0] for command in COMMANDS
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_these_options(command, capsys):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    listed = re.findall(r"^  (\S.*?)(?:  .*)?$", capsys.readouterr().out, flags=re.MULTILINE)
    found = {word.strip(",") for line in listed for word in re.findall(r"(?<!\S)--?[a-z][a-z0-9-]*|^[A-Z]+", line)}
    assert found - {"-h", "--help"} == set(COMMANDS[command].split())


@pytest.mark.parametrize(("command", "option"), CHOICES)
def test_an_option_has_these_choices(command, option, capsys):
    assert f"[{option} {{{CHOICES[command, option]}}}]" in usage_of(capsys, command)


def test_programs_are_told_this_of_a_run(store, capsys):
    add_run_with_network(store, State.FINISHED)
    assert main(["runs", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(RUN_KEYS.split())


# -- the environment ----------------------------------------------------------------------------

VARIABLES = {
    "MNIST_AT_SERVER",
    "MNIST_DATABASE_URL",
    "MNIST_DATA_DIR",
    "MNIST_FASHION_URL",
    "MNIST_HOST",
    "MNIST_LESSONS_DIR",
    "MNIST_PIN_HASH",
    "MNIST_QUEUE_LIMIT",
    "MNIST_SCHEDULER_ADDRESS",
    "MNIST_STORE_LIMIT",
    "MNIST_UPLOAD_LIMIT",
    "MNIST_WORKERS",
}


def test_these_environment_variables_are_read():
    sources = [path for name in ("mnist_core", "pages", "scripts") for path in PROJECT.joinpath(name).rglob("*.py")]
    assert {name for path in sources for name in variables_in(path)} == VARIABLES


def variables_in(path: Path) -> Iterator[str]:
    """Yield what is written in quotes like a variable of ours, but for what `__all__` lists."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    ours = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.Constant) and re.fullmatch(r"MNIST_[A-Z_]+", str(node.value)):
            yield from {str(node.value)} - ours


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_an_environment_variable_is_documented(name):
    pages = [PROJECT / "README.md", *PROJECT.joinpath("docs").glob("*.md")]
    assert any(name in page.read_text(encoding="utf-8") for page in pages)


# -- imports ------------------------------------------------------------------------------------


def imported(name: str) -> Any:
    """What programs get that say `from package import name`, written as "package:name"."""
    return resolve_name(name)


def test_mnist_is_loaded_by_its_name():
    dataset = imported("mnist_core.data:load_dataset")("mnist")
    assert (dataset.train_images.shape, dataset.train_images.dtype) == ((60_000, 28, 28), np.uint8)
    assert (dataset.test_images.shape, dataset.test_labels.shape) == ((10_000, 28, 28), (10_000,))
    assert dataset.train_labels[:3].tolist() == [5, 0, 4]
    assert dataset.class_names == tuple("0123456789")


@pytest.mark.parametrize("pen", [None, 12.0])
def test_a_drawing_becomes_an_image_as_mnists(pen):
    pixels = np.zeros((280, 280, 4), np.uint8)
    pixels[60:220, 134:146] = 255
    image = imported("mnist_core.drawing:to_mnist")(pixels, pen=pen)
    assert (image.shape, image.dtype) == ((28, 28), np.float32)
    assert 0 <= image.min() < 0.1 < 0.9 < image.max() <= 1


def test_the_starter_network_reads_images():
    network = imported("mnist_core.network:Network").load("starter")
    probabilities = network.predict(np.zeros((3, 28, 28), np.uint8))
    assert (probabilities.shape, probabilities.dtype) == ((3, 10), np.float32)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_the_store_is_opened_where_the_environment_says(database_url, store):
    store.submit(TrainConfig(hidden_units=3), name="mine")
    with imported("mnist_core.runs:RunStore").open() as opened:
        assert isinstance(opened, RunStore)
        assert [run.name for run in opened.runs()] == ["mine"]


@pytest.mark.slow
def test_a_training_tells_its_progress():
    config = imported("mnist_core.config:TrainConfig")(hidden_units=8, epochs=1, batch_size=8192, seed=0)
    dataset = imported("mnist_core.data:load_dataset")("mnist")
    train = imported("mnist_core.training:train")
    points = list(train(config, dataset))
    assert [(point.epoch, point.steps) for point in points] == [(1, 8)] * len(points)
    assert points[-1].step == 8
    assert all(point.loss > 0 and 0 <= point.accuracy <= 1 for point in points)
    assert 0.1 < points[-1].test_accuracy < 1
    told: list[Any] = []
    train(config, dataset, on_progress=told.append)
    assert [point.loss for point in told] == [point.loss for point in points]
