"""What rules are told of a run that nobody has trained: every figure known, so that bounds can be tried to a hair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.diagnosis.hints.facts import EarlierRun, Facts
from mnist_core.evaluation.measurement import RunScores
from mnist_core.evaluation.metrics import Score
from mnist_core.evaluation.wrong_labels import WrongLabels
from mnist_core.ledger import RunResult
from mnist_core.model.numpy_network import Network
from mnist_core.progress import ProgressPoint
from mnist_core.runs import History
from tests.support import sample_records

IMAGES, BATCH_SIZE, CHUNKS = 800, 10, 8
STEPS = IMAGES // BATCH_SIZE
"""Of an epoch, which has eight chunks of ten steps."""
GUESSING = 2.302585
"""The loss of giving each of ten classes the same probability."""

Curve = Sequence[float | Sequence[float]]
"""Of each epoch the mean of all chunks, or that of each, of the first eighths only if it has not ended."""


def trained(
    losses: Curve = (0.5, 0.4),
    accuracies: Curve = (),
    tests: Sequence[float] = (),
    validated: bool = False,
    **more: Any,
) -> Facts:
    """A finished run with these means over the chunks, and the loss on new images after each epoch.

    `more` are settings, fields of the run, and what else is known (see `Facts`).
    """
    known = {name: more.pop(name) for name in tuple(more) if name in Facts.__dataclass_fields__}
    points = tuple(_points(losses, accuracies or [0.9] * len(losses), tests, validated))
    settings = {"epochs": len(losses), "batch_size": BATCH_SIZE, "hidden_units": 64}
    run = sample_records.run(**settings | {"step": points[-1].step, "steps_per_epoch": STEPS} | more)
    return Facts(run, History(points, STEPS), **{"train_images": IMAGES, "classes": 10, "baseline": 0.1} | known)


def _points(losses: Curve, accuracies: Curve, tests: Sequence[float], validated: bool) -> list[ProgressPoint]:
    found = []
    for epoch, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True), 1):
        of_loss = _running_means(loss)
        of_accuracy = _running_means(accuracy)
        for chunk, means in enumerate(zip(of_loss, of_accuracy, strict=False), 1):
            found.append(ProgressPoint((epoch - 1) * STEPS + chunk * STEPS // CHUNKS, epoch, *means))
        if epoch <= len(tests):
            kind = "validation" if validated else "test"
            new: dict[str, Any] = {f"{kind}_loss": tests[epoch - 1], f"{kind}_accuracy": 0.9}
            found[-1] = found[-1]._replace(**new)
    return found


def _running_means(chunks: float | Sequence[float]) -> list[float]:
    each = [chunks] * CHUNKS if isinstance(chunks, float) else list(chunks)
    return [float(np.mean(each[: count + 1])) for count in range(len(each))]


def scores(
    training: tuple[float, float] = (0.3, 0.9), new: tuple[float, float] = (0.3, 0.9), images: int = 10**6
) -> Any:
    """Loss and accuracy on training and new images; so many that chance explains nothing."""
    return RunScores(Score(*training), images, 0.1, Score(*new), images, 0.1)


def network(kernel: NDArray[Any], last: float = 0.1) -> Network:
    """A network with this first kernel (784, units), and `last` for all weights to its ten classes."""
    units = kernel.shape[1]
    return Network.from_weights([kernel, np.zeros(units), np.full((units, 10), last), np.zeros(10)], "relu")


def wrong_labels(memorised: int, shown: int = 100, of: int = 100) -> WrongLabels:
    """Labels of which so many are predicted as they were made wrong, and the others correctly."""
    true, given = np.zeros(shown, np.uint8), np.ones(shown, np.uint8)
    predicted = np.where(np.arange(shown) < memorised, given, true).astype(np.intp)
    return WrongLabels(1000, of, 10, np.arange(shown), true, given, predicted, np.ones(shown, np.float32))


def result(number: int, right: int, images: int = 1000) -> RunResult:
    """A run that reads the first so many of the test images correctly."""
    return RunResult.from_predictions(number, np.arange(images) < right)


def earlier(number: int, right: int, **settings: Any) -> EarlierRun:
    """An earlier run with that result, and settings that differ from those of `trained` as said."""
    usual = {"epochs": 2, "batch_size": BATCH_SIZE, "hidden_units": 64}
    return EarlierRun(sample_records.run(number, **usual | settings), result(number, right))
