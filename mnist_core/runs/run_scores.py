"""The scores of a run's network: as stored, or computed now."""

from __future__ import annotations

from mnist_core.data import Dataset
from mnist_core.data.examples import training_examples, validation_examples
from mnist_core.evaluation.measurement import (
    TEST,
    VALIDATION,
    RunScores,
    majority_class_accuracy,
    measure,
)
from mnist_core.evaluation.metrics import Score, score
from mnist_core.model.numpy_network import Network
from mnist_core.runs.run_records import Run


def is_measured(run: Run) -> bool:
    """Whether the training images have been measured with the final network; the test values are of that network then.

    Otherwise, as for a run that a sweep compares by validation images, the test values may be of the last full epoch.
    """
    return run.train_accuracy is not None


def scores_of(run: Run, network: Network, dataset: Dataset) -> RunScores:
    """Return the scores of a run's `network`: those in the store, or else computed now.

    A trial of a sweep is scored on the validation images until the sweep has tested it.
    """
    tested = run.sweep_id is None or run.test_accuracy is not None
    learned = training_examples(run.config, dataset).labels
    if tested:
        images, labels = dataset.test_images, dataset.test_labels
    else:
        held_out = validation_examples(run.config, dataset)
        images, labels = held_out.images, held_out.labels
    known = tested and is_measured(run) and run.test_accuracy is not None
    training = _known(run.train_loss, run.train_accuracy) or measure(network, run.config, dataset, False).training
    new = _known(run.test_loss, run.test_accuracy) if known else None
    return RunScores(
        training,
        len(learned),
        majority_class_accuracy(learned),
        new or score(network.predict(images), labels),
        len(images),
        majority_class_accuracy(labels),
        TEST if tested else VALIDATION,
    )


def _known(loss: float | None, accuracy: float | None) -> Score | None:
    """Return a stored score. A loss of NaN is stored as null."""
    return None if accuracy is None else Score(float("nan") if loss is None else loss, accuracy)
