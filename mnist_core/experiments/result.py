"""The result of an experiment in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.experiments.experiment_runs import ExperimentRuns
from mnist_core.ledger import RunResult, compare
from mnist_core.text.words import listed, percent


def result_sentence(found: ExperimentRuns, results: Sequence[RunResult]) -> str:
    """Say which run reads most test images, and whether its lead is more than chance; "" before two have ended."""
    labels = {run.id: found.experiment.label(run.config) for run in found.runs}
    if len(results) < 2:
        return ""
    accuracies = listed([f"{labels[it.run]} {percent(it.accuracy)}" for it in results])
    comparison = compare(results)
    lead = f"Test accuracy: {accuracies}. The lead of {labels[comparison.best.run]}"
    if not comparison.as_good:
        return f"{lead} is more than chance would explain."
    as_good = listed([labels[run] for run in comparison.as_good])
    if not comparison.beaten:
        return f"{lead} over {as_good} may well be chance."
    beaten = listed([labels[run] for run in comparison.beaten])
    return f"{lead} over {beaten} is more than chance would explain; its lead over {as_good} may well be chance."
