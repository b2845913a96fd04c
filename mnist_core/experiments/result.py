"""The result of an experiment in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.experiments.experiment_runs import ExperimentRuns
from mnist_core.ledger import RunResult, compare
from mnist_core.text.sentence import sentence
from mnist_core.text.words import listed, percent


def result_sentence(found: ExperimentRuns, results: Sequence[RunResult]) -> str:
    """Say which run reads most test images, and whether its lead is more than chance; "" before two have ended."""
    labels = {run.id: found.experiment.label(run.config) for run in found.runs}
    if len(results) < 2:
        return ""
    each = [sentence("{name} {accuracy}", name=labels[it.run], accuracy=percent(it.accuracy)) for it in results]
    comparison = compare(results)
    values = {"accuracies": listed(each), "best": labels[comparison.best.run]}
    if not comparison.as_good:
        return sentence("Test accuracy: {accuracies}. The lead of {best} is more than chance would explain.", **values)
    as_good = listed([labels[run] for run in comparison.as_good])
    if not comparison.beaten:
        return sentence(
            "Test accuracy: {accuracies}. The lead of {best} over {as_good} may well be chance.",
            as_good=as_good,
            **values,
        )
    beaten = listed([labels[run] for run in comparison.beaten])
    return sentence(
        "Test accuracy: {accuracies}. The lead of {best} over {beaten} is more than chance would explain; its lead "
        "over {as_good} may well be chance.",
        beaten=beaten,
        as_good=as_good,
        **values,
    )
