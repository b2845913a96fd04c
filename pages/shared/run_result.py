"""Which test images a run's network classifies correctly, for comparison with other runs."""

from __future__ import annotations

from mnist_core.errors import UserError
from mnist_core.ledger import RunResult
from mnist_core.runs import Run
from pages.shared import services


def result_of(run: Run) -> RunResult | None:
    """Return what the run's network says to the test images; of one in training or without a network, its accuracy.

    None for a run that has not been tested, as those of a sweep are not: nobody is to choose among them by the test.
    """
    if run.test_accuracy is None:
        return None
    if run.state.ended and run.step:
        try:
            return RunResult.from_predictions(run.id, services.right_answers(run.id, run.dataset_sha256))
        except UserError:
            pass  # the network went to make room, or is damaged: the accuracy is still known
    return RunResult(run.id, run.test_accuracy, len(services.dataset(run.dataset_sha256).test_labels))
