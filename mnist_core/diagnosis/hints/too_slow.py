"""The loss was still falling when the training ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mnist_core.config import LIMITS
from mnist_core.diagnosis.hints.chunk_means import Chunk
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint, more_epochs
from mnist_core.diagnosis.hints.jumping import jumping
from mnist_core.diagnosis.hints.memorised_labels import memorised_labels
from mnist_core.diagnosis.hints.stuck import change_to_try
from mnist_core.diagnosis.outcome import UNUSUAL
from mnist_core.text.sentence import joined, marked, sentence
from mnist_core.text.words import told_apart

STILL_FALLING = 0.95
"""The training loss of the last epoch, or half epoch, must be lower than this factor times the one before it."""
HARDLY_BEGUN = 0.9
"""Times the loss of guessing: above that, a loss that falls at all falls too slowly."""
ROOM = 0.85
"""Below this ratio of the losses on training images and on new ones, a network has begun to memorise the former:
more epochs would bring little."""


def too_slow(facts: Facts) -> Hint | None:
    """Say that a finished run would have gone on learning."""
    scores, config = facts.scores, facts.run.config
    fall = _fall(facts)
    if not facts.finished or scores is None or fall is None or jumping(facts) or memorised_labels(facts):
        return None
    slow = config.learning_rate <= config.default_learning_rate / UNUSUAL or _hardly_begun(facts, fall)
    falling = fall.after < fall.before * (1 if slow else STILL_FALLING)
    before, after = told_apart(fall.before, fall.after)
    if not falling or before == after or scores.training.loss < ROOM * scores.new.loss:
        return None
    text = sentence(
        "Over the last {span}, the training loss still fell from {before} to {after}.",
        span=fall.span,
        before=before,
        after=after,
    )
    if slow:
        reason, change = change_to_try(facts)
        return (
            hint(sentence("Still falling"), joined([text, reason], marked("{before} {part}")), config, **change)
            if change
            else None
        )
    if facts.run.stopped_early:
        patience = min(2 * config.patience, int(LIMITS["patience"].high))
        return hint(sentence("Still falling"), text, config, patience=patience) if patience > config.patience else None
    epochs = more_epochs(config)
    return hint(sentence("Still falling"), text, config, epochs=epochs) if epochs else None


class _Fall(NamedTuple):
    """The training loss before and at the end, and over what it fell: an epoch, or a half of the only one."""

    before: float
    after: float
    span: str


def _hardly_begun(facts: Facts, fall: _Fall) -> bool:
    return fall.after > HARDLY_BEGUN * facts.loss_of_guessing


def _fall(facts: Facts) -> _Fall | None:
    ends = facts.ends_of_epochs
    if len(ends) > 1:
        return _Fall(ends[-2].loss, ends[-1].loss, sentence("epoch"))
    late = [chunk for chunk in facts.chunks if chunk.epochs > 0.5]
    earlier = [chunk for chunk in facts.chunks if 0.25 < chunk.epochs <= 0.5]
    return _Fall(_mean(earlier), _mean(late), sentence("half epoch")) if earlier and late else None


def _mean(chunks: Sequence[Chunk]) -> float:
    examples = sum(chunk.examples for chunk in chunks)
    return sum(chunk.loss * chunk.examples for chunk in chunks) / examples
