"""A run as code: the script and the notebook are run as people run them, and find the run's test accuracy again.

What becomes of each setting is told by test_export_settings.py, without any training.
"""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mnist_core.config import LIMITS, TrainConfig
from mnist_core.data import Dataset, load_dataset
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.export import code
from mnist_core.export.export_run import export_run
from mnist_core.runs import DatasetInfo, DatasetStore, Parent, Run, RunStore, State
from mnist_core.runs.dataset_store import pack
from mnist_core.text.words import percent
from mnist_core.workers.worker import Worker
from tests.support.all_settings import CHANGED, EVERY, NUMBERS
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network
from tests.support.standalone_python import accuracy_in, run_standalone

TENTH_OF_A_POINT = 0.001
MNIST = load_dataset()
FEW = Dataset(
    "Few digits, mine",
    MNIST.train_images[:6000],
    MNIST.train_labels[:6000],
    MNIST.test_images[:2000],
    MNIST.test_labels[:2000],
    MNIST.class_names,
)

CHANGED_WITH_MOMENTUM = TrainConfig(
    **{
        **{name: value for name, value in CHANGED.items() if name != "weight_decay"},
        "optimizer": "sgd",
        "momentum": EVERY["momentum"].another,
        "learning_rate": 0.05,
        "training_images": 1000,
    }
)


def run_cells(notebook: str) -> None:
    """Do what Jupyter does with cells: one after another, in one namespace, showing what the last line is worth."""
    names = {"__name__": "__main__"}
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] == "code":
            *lines, last = ast.parse(cell["source"]).body
            exec(compile(ast.Module(lines, []), "cell", "exec"), names)  # noqa: S102  # our own code
            if isinstance(last, ast.Expr):
                print(eval(compile(ast.Expression(last.value), "cell", "eval"), names))  # noqa: S307
            else:
                exec(compile(ast.Module([last], []), "cell", "exec"), names)  # noqa: S102


def trained(store: RunStore, config: TrainConfig, dataset: str = "mnist", parent: Parent | None = None) -> Run:
    run_id, worker = store.submit(config, dataset=dataset, parent=parent), Worker(store)
    while not store.run(run_id).state.ended:
        worker.work(run_id)
    assert store.run(run_id).state is State.FINISHED
    return store.run(run_id)


@pytest.mark.slow
def test_script_of_the_default_network_finds_the_same_test_accuracy(store, tmp_path):
    run = trained(store, TrainConfig(epochs=1))
    (tmp_path / "digits.py").write_text(code.script(run), encoding="utf-8")
    output = run_standalone(tmp_path, "digits.py")
    assert run.test_accuracy == pytest.approx(accuracy_in(output), abs=TENTH_OF_A_POINT)
    assert run.train_accuracy == pytest.approx(accuracy_in(output, "Training"), abs=TENTH_OF_A_POINT)
    learned = f"{percent(run.train_accuracy)} on the training images"
    assert f"In the app it was {percent(run.test_accuracy)}, and {learned}" in code.script(run).replace("\n# ", " ")
    assert "Epoch 1 of 1" in output
    assert "batch 450" in output, "the callback shows progress"
    assert "images are misclassified" in output


@pytest.mark.slow
def test_notebook_of_other_settings_and_ones_own_images_finds_the_same_test_accuracy(
    store, tmp_path, monkeypatch, capsys
):
    images = DatasetStore(store).add(FEW)
    run = trained(store, TrainConfig(**CHANGED), images.sha256)
    monkeypatch.chdir(tmp_path)
    Path("few_digits_mine.npz").write_bytes(pack(FEW))
    run_cells(export_run(store, run.id, "notebook").decode())
    output = capsys.readouterr().out
    assert run.test_accuracy == pytest.approx(accuracy_in(output), abs=TENTH_OF_A_POINT)
    assert (run.test_accuracy or 0) < 0.95, "few images and much dropout: not the same whatever is learned from"
    assert output.count("PIL.Image") == 2, "it shows examples and mispredictions as pictures"
    assert "Predicted" in output


@pytest.mark.slow
def test_script_of_a_run_with_all_settings_changed_finds_the_same_test_accuracy(store, tmp_path, monkeypatch, capsys):
    """With the optimizer that takes momentum; the notebook above is of one that takes weight decay."""
    images = DatasetStore(store).add(FEW)
    run = trained(store, CHANGED_WITH_MOMENTUM, images.sha256)
    assert run.test_accuracy is not None
    assert 0.2 < run.test_accuracy < 0.95, "more than guessing, and not the same whatever is learned from"
    monkeypatch.chdir(tmp_path)
    Path("few_digits_mine.npz").write_bytes(pack(FEW))
    script = export_run(store, run.id, "script").decode()
    assert "momentum=MOMENTUM" in script
    exec(compile(script, "script", "exec"), {"__name__": "__main__"})  # noqa: S102  # our own code
    assert run.test_accuracy == pytest.approx(accuracy_in(capsys.readouterr().out), abs=TENTH_OF_A_POINT)


@pytest.mark.slow
def test_script_of_a_run_that_continues_another_loads_the_weights_that_it_started_from(
    store, tmp_path, monkeypatch, capsys
):
    parent = store.parent_network(add_run_with_network(store, State.FINISHED, (0, 1, 1))).parent
    config = replace(CONFIG, epochs=1, learning_rate=1e-6, optimizer="adam", dropout=0.2, batch_size=100)
    config = replace(config, label_noise=0.0005)  # of 600 images: none
    run = trained(store, config, BARS.sha256, parent)
    monkeypatch.chdir(tmp_path)
    Path("shapes.npz").write_bytes(pack(BARS))
    Path("digits_run_2_start.npz").write_bytes(export_run(store, run.id, "start"))
    script = export_run(store, run.id, "script").decode()
    exec(compile(script, "script", "exec"), {"__name__": "__main__"})  # noqa: S102  # our own code
    assert run.test_accuracy == pytest.approx(2 / 3), "what the hand-written parent reads, hardly changed"
    output = capsys.readouterr().out
    assert accuracy_in(output) == pytest.approx(2 / 3, abs=TENTH_OF_A_POINT)
    assert "wrong labels, " not in output
    assert "continues run 1 after epoch 2" in script.replace("\n# ", " ")


def test_notebook_is_one_by_jupyters_own_rules(make_run, store):
    notebook = nbformat.reads(code.notebook(store.run(make_run(State.FINISHED))), as_version=4)
    nbformat.validate(notebook)
    titles = [cell.source.splitlines()[0] for cell in notebook.cells if cell.cell_type == "markdown"]
    assert "## The network" in titles


@pytest.mark.parametrize("wrong", [0, 3])
def test_the_last_cell_of_a_notebook_shows_what_is_misclassified_if_anything_is(make_run, store, wrong, capsys):
    *_, last = json.loads(code.notebook(store.run(make_run(State.FINISHED))))["cells"]
    shown, labels = [], BARS.test_labels
    predicted = np.where(np.arange(len(labels)) < wrong, (labels + 1) % 3, labels)
    names = {"np": np, "predicted": predicted, "test_labels": labels, "test_images": BARS.test_images}
    exec(last["source"], names | {"show": lambda images: shown.append(np.hstack(images))})  # noqa: S102  # our own code
    assert f"{wrong} of {len(labels)} images are misclassified." in capsys.readouterr().out
    assert [row.shape for row in shown] == [(28, 28 * wrong)][: wrong > 0]


@pytest.mark.parametrize("name", EVERY)
def test_every_setting_is_told(make_run, store, name):
    """A setting that the code ignored would make it another training."""
    run = store.run(make_run(State.FINISHED))
    beside = NUMBERS[name].beside if name in NUMBERS else {}
    usual, other = (replace(run, config=TrainConfig(**beside, **its)) for its in ({}, {name: EVERY[name].another}))
    told = [code.script(it).split("---", 1)[1] for it in (usual, other)]
    assert told[0] != told[1]
    assert json.loads(code.notebook(usual)) != json.loads(code.notebook(other))


def test_extreme_settings_are_code_as_well(make_run, store):
    run = store.run(make_run(State.FINISHED))
    for extreme in ("low", "high"):
        numbers = {name: getattr(limits, extreme) for name, limits in LIMITS.items() if name != "momentum"}
        numbers["validation_images"] = max(1, numbers["validation_images"])  # which early stopping needs
        numbers["hidden_layers"] = max(1, numbers["hidden_layers"])
        config = TrainConfig(optimizer="adamw", **numbers)
        text = code.script(replace(run, config=config))
        compile(text, "script", "exec")
        assert max(len(line) for line in text.splitlines()) <= 120


def test_stopped_run_promises_no_accuracy(make_run, store):
    text = code.script(store.run(make_run(State.STOPPED))).replace("\n# ", " ")
    assert "not trained to its end" in text
    assert "In the app it was" not in text


def test_run_on_ones_own_images_is_told_in_their_words(make_run, store):
    images = DatasetStore(store).add(small_dataset("Bars, mine", classes=12))
    text = code.script(replace(store.run(make_run(State.FINISHED)), dataset="Bars, mine"), images)
    assert text.startswith('"""A neural network learns to classify images.')
    words = text.replace("\n# ", " ")
    assert "Bars, mine: 600 training images and 120 test images" in words
    assert "for 0 bar 0, 1 bar 1" in words
    assert "keras.datasets" not in text
    assert "digit" not in text


def test_run_on_fashion_mnist_is_code_that_downloads_it(make_run, store):
    names = FASHION_MNIST.class_names
    images = DatasetInfo("0" * 64, "fashion-mnist", names, 60000, 10000)
    run = replace(store.run(make_run(State.FINISHED)), dataset="fashion-mnist")
    for text in (code.script(run, images), code.notebook(run, images)):
        assert "keras.datasets.fashion_mnist.load_data()" in text
        assert "fashion_mnist.npz" in text
        assert "9 Ankle boot" in text.replace("\n# ", " ")
        assert "digit" not in text
