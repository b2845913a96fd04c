"""The outcome of a run in one or two sentences: whether its network learned anything, and whether it generalises.

Every sentence is about the network with which the run ended, see `measurement`.
"""

from __future__ import annotations

import math

from mnist_core.config import TrainConfig, value_in_words
from mnist_core.evaluation.measurement import RunScores
from mnist_core.runs.run_records import Run, State
from mnist_core.text.sentence import Sentence, joined, marked, sentence
from mnist_core.text.words import percent

OVERFITTING_GAP = 0.01
"""The difference between training and test accuracy that counts as overfitting: one percentage point."""
UNDERFITTING = 0.25
"""A network that misclassifies a larger share than this of the training images that guessing gets wrong underfits."""
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
    read = sentence("classifies {trained} of the training images and", trained=trained)
    if run.config.label_noise:
        wrong = percent(run.config.label_noise, 0)
        read = sentence(
            "predicts {trained} of the training labels, {wrong} of which were made wrong, and classifies",
            trained=trained,
            wrong=wrong,
        )
    found = sentence(
        "{when} {read} {tested} of the {kind} images correctly",
        when=_when(run),
        read=read,
        tested=tested,
        kind=Sentence(scores.kind),
    )
    learned = _with_wrong_labels if run.config.label_noise else _generalisation
    return _nothing_learned(run.config, scores, found, advise) or learned(run, scores, found)


def _when(run: Run) -> str:
    if run.kept_weights:
        return sentence("This run {kept}. Its network", kept=run.kept_weights)
    if run.state is State.FAILED:
        return sentence("The last network saved before the training failed")
    if run.state is State.STOPPED and run.step < run.steps:
        return sentence("When it was stopped, after {step:,} of {steps:,} steps, it", step=run.step, steps=run.steps)
    return sentence("It")


def _nothing_learned(config: TrainConfig, scores: RunScores, found: str, advise: bool) -> str:
    """Say that the network is no better than the majority-class baseline; "" if it is better."""
    always = sentence(
        "always answering with the most frequent class, which is right for {baseline}",
        baseline=percent(scores.baseline),
    )
    if beats_baseline(scores.new.accuracy, scores.baseline, scores.images):
        return ""
    better = sentence("hardly better") if scores.new.accuracy > scores.baseline else sentence("no better")
    if beats_baseline(scores.training.accuracy, scores.training_baseline, scores.learned):
        reason = sentence("What it has learned does not carry over to new images.")
        return sentence(
            "{found}. On the {kind} images it is {better} than {always}. {reason}",
            found=found,
            kind=Sentence(scores.kind),
            better=better,
            always=always,
            reason=reason,
        )
    nothing = sentence(
        "{found}. That is {better} than {always}: the network has not learned anything yet.",
        found=found,
        better=better,
        always=always,
    )
    return joined([nothing, _advice(config)], marked("{before} {part}")) if advise else nothing


def _advice(config: TrainConfig) -> str:
    usual, rate = config.default_learning_rate, config.learning_rate
    compared = sentence(
        "it was {rate}, and {usual} is usual for {optimizer}",
        rate=value_in_words(rate),
        usual=value_in_words(usual),
        optimizer=config.optimizer,
    )
    if rate >= UNUSUAL * usual:
        return sentence("A smaller learning rate may help: {compared}.", compared=compared)
    if rate <= usual / UNUSUAL:
        return sentence("A larger learning rate may help: {compared}.", compared=compared)
    return sentence("More epochs or another learning rate may help.")


def _with_wrong_labels(run: Run, scores: RunScores, found: str) -> str:
    """Say what label noise does to the training accuracy, whose difference from the test accuracy is no overfitting."""
    if scores.training.accuracy > 1 - run.config.label_noise + 1 / scores.learned:
        return sentence("{found}. So it has memorised wrong labels; Evaluate shows which.", found=found)
    return sentence("{found}. Evaluate shows which of the wrong labels it has memorised.", found=found)


def _generalisation(run: Run, scores: RunScores, found: str) -> str:
    gap = scores.training.accuracy - scores.new.accuracy
    points = sentence("{gap:.1f} percentage points", gap=100 * abs(gap))
    chance = chance_gap(scores)
    if gap >= OVERFITTING_GAP and gap > chance:
        reason = sentence(
            "The network does better on its training images than on new ones, which is called overfitting."
        )
        return sentence("{found}: a gap of {points}. {reason}", found=found, points=points, reason=reason)
    if gap > chance:
        small = sentence("a gap of only {points}", points=points)
        if _underfits(scores):
            return _underfitting(found, small)
        return sentence(
            "{found}: {small}, so it generalises well; there is little overfitting.", found=found, small=small
        )
    if chance >= abs(gap) >= OVERFITTING_GAP:
        return sentence(
            "{found}. With only {images:,} {kind} images, a gap of {points} may be chance.",
            found=found,
            images=scores.images,
            kind=Sentence(scores.kind),
            points=points,
        )
    alike = (
        sentence("it does about as well on new images as on its training images")
        if gap > 0
        else sentence("it does no worse on new images than on its training images")
    )
    if _underfits(scores):
        return _underfitting(found, alike)
    return sentence("{found}: {alike}. {hope}", found=found, alike=alike, hope=_hope(run, scores))


def _hope(run: Run, scores: RunScores) -> Sentence:
    """Say that it generalises well, and what may still help, unless more epochs would change nothing."""
    if run.stopped_early or run.state is State.FAILED or scores.new.accuracy == 1:
        return sentence("So it generalises well.")
    return sentence("So it generalises well, and more epochs or units may still help.")


def _underfits(scores: RunScores) -> bool:
    return 1 - scores.training.accuracy > UNDERFITTING * (1 - scores.training_baseline)


def _underfitting(found: str, alike: str) -> Sentence:
    reason = sentence("The network has not learned its training images well yet, which is called underfitting.")
    return sentence("{found}: {alike}, but both accuracies are low. {reason}", found=found, alike=alike, reason=reason)


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
