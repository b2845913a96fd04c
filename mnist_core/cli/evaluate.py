"""The command `evaluate`: the scores of a network on the test images, and its mistakes."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pandas as pd

from mnist_core.cli.networks import dataset_of, settings_of
from mnist_core.config import TrainConfig
from mnist_core.data import Dataset
from mnist_core.evaluation import Score, score
from mnist_core.evaluation.confusion_matrix import class_metrics, confusion_matrix, top_confusions
from mnist_core.evaluation.measurement import measure
from mnist_core.model import numpy_network as model
from mnist_core.network import Network
from mnist_core.text.escape import for_terminal
from mnist_core.text.words import counted, percent, with_article


def run(options: argparse.Namespace) -> None:
    """Evaluate the network that the options name. Raises `UserError`."""
    trained_with = settings_of(options.run)
    evaluate(Network.load(options.run), dataset_of(options.run), options.json, trained_with)


def evaluate(network: model.Network, dataset: Dataset, as_json: bool, trained_with: TrainConfig | None = None) -> None:
    """Print accuracy, loss, confusion matrix, per-class metrics and the worst confusions on the test images.

    If the settings that the network was `trained_with` are known, also print its score on its training images.
    """
    training = None if trained_with is None else measure(network, trained_with, dataset, tests=False).training
    probabilities = network.predict(dataset.test_images)
    result = score(probabilities, dataset.test_labels)
    matrix = confusion_matrix(dataset.test_labels, probabilities.argmax(axis=1), len(dataset.class_names))
    if as_json:
        print(json.dumps(_as_json(result, training, matrix)))
        return
    print(f"Test accuracy {percent(result.accuracy)}, loss {result.loss:.4f}, on {len(probabilities):,} images")
    if training is not None and trained_with is not None:
        noise = trained_with.label_noise
        wrong = f", {percent(noise, 0)} of whose labels were made wrong" if noise else ""
        measured = f"Training accuracy {percent(training.accuracy)}, loss {training.loss:.4f}"
        print(f"{measured}, on the images that it learned from{wrong}")
    print()
    _print_matrix(matrix, [for_terminal(name) for name in dataset.class_names])


def _as_json(tests: Score, training: Score | None, matrix: pd.DataFrame) -> dict[str, Any]:
    metrics = class_metrics(matrix)
    return {
        "test_accuracy": tests.accuracy,
        "test_loss": tests.loss,
        "train_accuracy": training.accuracy if training else None,
        "train_loss": training.loss if training else None,
        "confusion_matrix": matrix.to_numpy().tolist(),
        "classes": metrics.astype(object).where(metrics.notna(), None).to_dict("list"),  # JSON has no NaN
        "worst_confusions": [
            {"true": true, "predicted": predicted, "count": count} for true, predicted, count in top_confusions(matrix)
        ],
    }


def _print_matrix(matrix: pd.DataFrame, names: list[str]) -> None:
    """Print a confusion matrix with these names of classes, the metrics of each class and the worst confusions."""
    named = matrix.set_axis(names, axis=0).set_axis(names, axis=1).rename_axis(index="True", columns="Predicted")
    print(f"{named}\n\n{class_metrics(matrix).set_axis(names, axis=0).round(4).to_string(na_rep='–')}\n")
    for true, predicted, count in top_confusions(matrix):
        print(f"{counted(count, 'time')} {with_article(names[true])} was read as {with_article(names[predicted])}")
