"""Which test images a run's network classifies correctly, for comparison with other runs."""

from __future__ import annotations

from mnist_core.errors import UserError
from mnist_core.ledger import RunResult
from mnist_core.runs import Run
from pages.shared import services


def result_of(run: Run) -> RunResult | None:
    """Return which test images the network of a run classifies correctly; only their share, if it is in training.

    The same if its network is not available. None for a run that has not been tested: the runs of a sweep are not,
    so that nobody chooses among them by their test accuracy.
    """
    if run.test_accuracy is None:
        return None
    if run.state.ended and run.step:
        try:
            return RunResult.from_predictions(run.id, services.right_answers(run))
        except UserError:
            pass  # the network was deleted to make room, or is damaged: the accuracy is still known
    return RunResult(run.id, run.test_accuracy, len(services.dataset(run.dataset_sha256).test_labels))
