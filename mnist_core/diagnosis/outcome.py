"""The outcome of a run in one or two sentences: whether its network learned anything, and whether it generalises.

Every sentence is about the network with which the run ended, see `measurement`.
"""

from __future__ import annotations

import math

from mnist_core.config import TrainConfig, value_in_words
from mnist_core.evaluation.measurement import RunScores
from mnist_core.runs.run_records import Run, State
from mnist_core.text.words import percent

OVERFITTING_GAP = 0.01
"""The difference between training and test accuracy that counts as overfitting: one percentage point."""
CERTAIN = 3.0
"""A network that is this many standard errors above the baseline has learned something; chance: once in 700."""
NOTABLE = 2.0
"""The number of standard errors above which a gap is not explained by chance, in 19 of 20 cases."""
UNUSUAL = 5.0
"""If the learning rate differs from the optimizer's usual one by this factor, another rate is the first advice."""


def describe_outcome(run: Run, scores: RunScores, mark: str = "", advise: bool = True) -> str:
    """Say how well the network of an ended run reads, and what that means; `mark` is put around its percentages.

    `advise` says what may help where nothing was learned; where hints are shown, one of them does.
    """
    trained, tested = (f"{mark}{percent(it.accuracy)}{mark}" for it in (scores.training, scores.new))
    read = f"classifies {trained} of the training images and"
    if run.config.label_noise:
        wrong = f"{percent(run.config.label_noise, 0)} of which were made wrong"
        read = f"predicts {trained} of the training labels, {wrong}, and classifies"
    found = f"{_when(run)} {read} {tested} of the {scores.kind} images correctly"
    learned = _with_wrong_labels if run.config.label_noise else _generalisation
    return _nothing_learned(run.config, scores, found, advise) or learned(run.config, scores, found)


def _when(run: Run) -> str:
    if run.kept_weights:
        return f"This run {run.kept_weights}. Its network"
    if run.state is State.FAILED:
        return "The last network saved before the training failed"
    if run.state is State.STOPPED and run.step < run.steps:
        return f"When it was stopped, after {run.step:,} of {run.steps:,} steps, it"
    return "It"


def _nothing_learned(config: TrainConfig, scores: RunScores, found: str, advise: bool) -> str:
    """Say that the network is no better than the majority-class baseline; "" if it is better."""
    always = f"always answering with the most frequent class, which is right for {percent(scores.baseline)}"
    if beats_baseline(scores.new.accuracy, scores.baseline, scores.images):
        return ""
    better = "hardly better" if scores.new.accuracy > scores.baseline else "no better"
    if beats_baseline(scores.training.accuracy, scores.training_baseline, scores.learned):
        reason = "What it has learned does not carry over to new images."
        return f"{found}. On the {scores.kind} images it is {better} than {always}. {reason}"
    advice = f" {_advice(config)}" if advise else ""
    return f"{found}. That is {better} than {always}: the network has not learned anything yet.{advice}"


def _advice(config: TrainConfig) -> str:
    usual, rate = config.default_learning_rate, config.learning_rate
    compared = f"it was {value_in_words(rate)}, and {value_in_words(usual)} is usual for {config.optimizer}"
    if rate >= UNUSUAL * usual:
        return f"A smaller learning rate may help: {compared}."
    if rate <= usual / UNUSUAL:
        return f"A larger learning rate may help: {compared}."
    return "More epochs or another learning rate may help."


def _with_wrong_labels(config: TrainConfig, scores: RunScores, found: str) -> str:
    """Say what label noise does to the training accuracy, whose difference from the test accuracy is no overfitting."""
    if scores.training.accuracy > 1 - config.label_noise + 1 / scores.learned:
        return f"{found}. So it has memorised wrong labels; Evaluate shows which."
    return f"{found}. Evaluate shows which of the wrong labels it has memorised."


def _generalisation(_config: TrainConfig, scores: RunScores, found: str) -> str:
    gap = scores.training.accuracy - scores.new.accuracy
    points = f"{100 * abs(gap):.1f} percentage points"
    chance = chance_gap(scores)
    if gap >= OVERFITTING_GAP and gap > chance:
        reason = "The network does better on its training images than on new ones, which is called overfitting."
        return f"{found}: a gap of {points}. {reason}"
    if gap > chance:
        return f"{found}: a gap of only {points}, so it generalises well; there is little overfitting."
    if chance >= abs(gap) >= OVERFITTING_GAP:
        return f"{found}. With only {scores.images:,} {scores.kind} images, a gap of {points} may be chance."
    alike = "it does about as well on new images as" if gap > 0 else "it does no worse on new images than"
    hope = "So it generalises well, and more epochs or units may still help."
    return f"{found}: {alike} on its training images. {hope}"


def beats_baseline(accuracy: float, baseline: float, images: int) -> bool:
    """Whether an accuracy (0 to 1) on so many images is certainly above that of the majority-class baseline."""
    return accuracy > baseline + CERTAIN * standard_error(baseline, images)


def chance_gap(scores: RunScores) -> float:
    """Return the largest gap between the training and the new accuracy that chance explains."""
    return NOTABLE * math.hypot(
        standard_error(scores.training.accuracy, scores.learned), standard_error(scores.new.accuracy, scores.images)
    )


def standard_error(share: float, images: int) -> float:
    """Return the standard error of a share (0 to 1) of so many images.

    It is never 0, because one right and one wrong image are added (Agresti and Coull, The American Statistician 52,
    1998).
    """
    corrected = (share * images + 1) / (images + 2)
    return math.sqrt(corrected * (1 - corrected) / images)
