"""A run as code asks Keras for just the training that the run was: each setting is seen in what `fit` is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.data.augmentation import DistortedCopies, distort
from mnist_core.data.examples import training_examples
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.export import code
from mnist_core.runs import DatasetInfo, Run, RunStore
from mnist_core.runs.dataset_info import MNIST_INFO
from tests.support.fake_keras import Asked, fake_keras

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = (
    array[:count] for array, count in zip(load_dataset().arrays.values(), (600, 600, 100, 100), strict=True)
)
Told = Callable[..., Asked]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with RunStore.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'runs.sqlite'}") as store:
        return store.run(store.submit(TrainConfig()))


def cells(notebook: str) -> str:
    return "\n".join(cell["source"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code")


@pytest.fixture(params=["script", "notebook"])
def told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Told:
    """Run the code of a run with these settings in a folder with 600 + 100 images; return what it asks Keras for."""
    monkeypatch.chdir(tmp_path)

    def told(images: DatasetInfo = MNIST_INFO, file: bool = True, **settings: Any) -> Asked:
        if file:
            arrays: dict[str, Any] = {
                "x_train": IMAGES,
                "y_train": LABELS,
                "x_test": TEST_IMAGES,
                "y_test": TEST_LABELS,
            }
            np.savez(images.file_name, **arrays)
        ours = replace(run, config=TrainConfig(**settings), dataset=images.name)
        text = code.script(ours, images) if request.param == "script" else cells(code.notebook(ours, images))
        with fake_keras(((IMAGES, LABELS), (TEST_IMAGES, TEST_LABELS))) as asked:
            exec(compile(text, "told", "exec"), {"__name__": "__main__"})  # noqa: S102  # our own code
        return asked

    return told


def are(values: NDArray[np.float32], images: NDArray[np.uint8]) -> bool:
    """Whether values are these images as the app gives them to a network."""
    expected = images.reshape(len(images), 784) / 255
    return values.dtype == np.float32 and values.shape == expected.shape and np.allclose(values, expected, atol=1e-7)


@pytest.mark.parametrize(
    ("settings", "layers"),
    [
        ({}, [("Dense", 256, "relu")]),
        ({"hidden_units": 48}, [("Dense", 48, "relu")]),
        ({"hidden_layers": 3}, [("Dense", 256, "relu")] * 3),
        ({"activation": "tanh"}, [("Dense", 256, "tanh")]),
        ({"dropout": 0.25}, [("Dense", 256, "relu"), ("Dropout", 0.25)]),
        (
            {"batch_normalisation": True, "dropout": 0.25},
            [("Dense", 256, "no bias"), ("BatchNormalization",), ("Activation", "relu"), ("Dropout", 0.25)],
        ),
        (
            {"hidden_units": 8, "hidden_layers": 2, "activation": "elu", "dropout": 0.5},
            [("Dense", 8, "elu"), ("Dropout", 0.5)] * 2,
        ),
    ],
)
def test_the_network_has_the_layers_of_the_run(told: Told, settings: dict[str, Any], layers: list[Any]) -> None:
    assert told(**settings).layers == [("Input", (784,)), *layers, ("Dense", 10, "softmax")]


@pytest.mark.parametrize(
    ("settings", "optimizer"),
    [
        ({}, "rmsprop"),
        ({"optimizer": "adam"}, "adam"),
        ({"optimizer": "sgd"}, "sgd"),
        ({"learning_rate": 0.004}, ("RMSprop", 0.004)),
        ({"optimizer": "adam", "learning_rate": 0.01}, ("Adam", 0.01)),
        ({"optimizer": "sgd", "learning_rate": 0.001}, ("SGD", 0.001)),
    ],
)
def test_the_network_learns_as_the_run_did(told: Told, settings: dict[str, Any], optimizer: Any) -> None:
    expected = {"optimizer": optimizer, "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    assert told(**settings).compiled == expected


@pytest.mark.parametrize("seed", [0, 9])
def test_weights_and_the_order_of_the_images_follow_from_the_seed(told: Told, seed: int) -> None:
    asked = told(seed=seed, epochs=3)
    assert asked.seeds == [seed]
    assert asked.steps == ["set_random_seed", "Sequential", "fit", "fit", "fit"]
    for epoch, fit in enumerate(asked.fits):
        order = np.random.default_rng([seed, epoch]).permutation(600)
        assert are(fit["x"], IMAGES[order])
        assert (fit["y"] == LABELS[order]).all()


@pytest.mark.parametrize(("epochs", "batch_size"), [(1, 128), (4, 50)])
def test_epochs_are_trained_one_by_one_in_batches_of_the_run(told: Told, epochs: int, batch_size: int) -> None:
    asked = told(epochs=epochs, batch_size=batch_size)
    assert [(fit["initial_epoch"], fit["epochs"]) for fit in asked.fits] == [(it, it + 1) for it in range(epochs)]
    assert {(fit["batch_size"], fit["shuffle"]) for fit in asked.fits} == {(batch_size, False)}


@pytest.mark.parametrize("augment", [False, True])
def test_images_to_validate_with_are_the_last_ones_and_nothing_is_learned_from_them(told: Told, augment: bool) -> None:
    asked = told(validation_images=100, epochs=2, augment=augment)
    for fit in asked.fits:
        images, labels = fit["validation_data"]
        assert are(images, IMAGES[500:])
        assert (labels == LABELS[500:]).all()
        assert len(fit["x"]) == (1000 if augment else 500)
    if not augment:
        learned = np.rint(asked.fits[0]["x"] * 255).astype(np.uint8)
        assert sorted(map(bytes, learned)) == sorted(map(bytes, IMAGES[:500]))


@pytest.mark.parametrize("settings", [{"label_noise": 0.3}, {"label_noise": 0.2, "training_images": 200, "seed": 4}])
def test_some_images_and_labels_are_those_of_the_run(told: Told, settings: dict[str, Any]) -> None:
    """The network is asked for what it may have memorised."""
    asked, config = told(epochs=1, **settings), TrainConfig(**settings)
    few = replace(load_dataset(), train_images=IMAGES, train_labels=LABELS)
    learned = training_examples(config, few)
    order = np.random.default_rng([config.seed, 0]).permutation(len(learned.labels))
    assert are(asked.fits[0]["x"], learned.images[order])
    assert (asked.fits[0]["y"] == learned.labels[order]).all()
    assert are(asked.predicted[0], learned.images[learned.wrong])


def test_without_images_to_validate_with_each_epoch_is_tested(told: Told) -> None:
    for fit in told(epochs=2).fits:
        images, labels = fit["validation_data"]
        assert are(images, TEST_IMAGES)
        assert (labels == TEST_LABELS).all()


@pytest.mark.parametrize("validation_images", [0, 100])
def test_the_network_is_tested_at_the_end_and_on_what_it_learned_from(told: Told, validation_images: int) -> None:
    asked = told(validation_images=validation_images, epochs=1)
    learned = 600 - validation_images
    for found, (images, labels) in zip(
        asked.evaluated, [(TEST_IMAGES, TEST_LABELS), (IMAGES[:learned], LABELS[:learned])], strict=True
    ):
        assert are(found[0], images)
        assert (found[1] == labels).all()
    assert [it.tolist() for it in asked.predicted] == [asked.evaluated[0][0].tolist()]


@pytest.mark.parametrize("seed", [0, 9])
def test_copies_are_distorted_as_the_app_distorts_them(told: Told, seed: int) -> None:
    for epoch, fit in enumerate(told(augment=True, epochs=2, seed=seed).fits):
        order = np.random.default_rng([seed, epoch]).permutation(1200)
        which, edges, sources = DistortedCopies(order, 600, seed, epoch).between(0, 1200)
        expected = IMAGES[order % 600].copy()
        for group in range(len(sources)):
            for place in which[edges[group] : edges[group + 1]]:
                expected[place] = distort(expected[place], sources[group : group + 1])[0]
        assert are(fit["x"], expected)
        assert (fit["y"] == LABELS[order % 600]).all()


@pytest.mark.parametrize(("file", "downloads"), [(True, []), (False, ["mnist"])])
def test_mnist_is_downloaded_where_its_file_does_not_lie(told: Told, file: bool, downloads: list[str]) -> None:
    assert told(file=file, epochs=1).downloads == downloads


@pytest.mark.parametrize(("file", "downloads"), [(True, []), (False, ["fashion_mnist"])])
def test_fashion_mnist_is_downloaded_where_its_file_does_not_lie(told: Told, file: bool, downloads: list[str]) -> None:
    images = DatasetInfo("0" * 64, "fashion-mnist", FASHION_MNIST.class_names, 600, 100)
    assert told(images, file, epochs=1).downloads == downloads


def test_ones_own_images_have_an_output_for_each_of_their_classes(told: Told) -> None:
    images = DatasetInfo("0" * 64, "Letters, mine", tuple("ABCDEFGHIJKL"), 600, 100)
    asked = told(images, epochs=1)
    assert asked.layers[-1] == ("Dense", 12, "softmax")
    assert asked.downloads == []


@pytest.mark.parametrize(("validation_images", "said"), [(0, "test accuracy 25.00 %"), (100, "validation accuracy 25")])
def test_progress_is_told_for_every_epoch(
    told: Told, capsys: pytest.CaptureFixture[str], validation_images: int, said: str
) -> None:
    told(epochs=2, validation_images=validation_images)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Epoch")]
    for number, line in enumerate(lines, 1):
        assert line.startswith(f"Epoch {number} of 2: loss 1.0000, accuracy 50.00 %, {said}")
    assert len(lines) == 2
