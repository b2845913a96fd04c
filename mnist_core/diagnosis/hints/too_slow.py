"""The loss was still falling when the training ended."""

from __future__ import annotations

from collections.abc import Sequence

from mnist_core.diagnosis.hints.chunks import Chunk
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint, more_epochs, rate_in_words
from mnist_core.diagnosis.hints.jumping import jumping
from mnist_core.diagnosis.outcome import UNUSUAL

STILL_FALLING = 0.95
"""By so much the training loss of the last epoch, or of the last half of one, must be lower than that before it."""
ROOM = 0.85
"""Up to this ratio of the losses on training images and on new ones, a network has begun to know the former by heart:
it would gain little from more of the same."""


def too_slow(facts: Facts) -> Hint | None:
    """Say that a finished run would have gone on learning."""
    reading, run = facts.reading, facts.run
    fell = _fall(facts)
    if not facts.finished or reading is None or fell is None or jumping(facts):
        return None
    (before, after), span = fell
    usual = run.config.default_learning_rate
    low_rate = run.config.learning_rate <= usual / UNUSUAL
    if after > (1.0 if low_rate else STILL_FALLING) * before or reading.training.loss < ROOM * reading.new.loss:
        return None
    text = f"Over the last {span}, the training loss still fell from {before:.3g} to {after:.3g}."
    if low_rate:
        return hint(
            "Still falling", f"{text} {rate_in_words(run.config).capitalize()}.", run.config, learning_rate=usual
        )
    epochs = more_epochs(run.config)
    return hint("Still falling", text, run.config, epochs=epochs) if epochs else None


def _fall(facts: Facts) -> tuple[tuple[float, float], str] | None:
    """Return the training loss before and at the end, and over what it fell: an epoch, or a half of the only one."""
    ends = facts.ends_of_epochs
    if len(ends) > 1:
        return (ends[-2].loss, ends[-1].loss), "epoch"
    halves = [chunk for chunk in facts.chunks if chunk.epochs > 0.5]
    third = [chunk for chunk in facts.chunks if 0.25 < chunk.epochs <= 0.5]
    if not halves or not third:
        return None
    return (_mean(third), _mean(halves)), "half epoch"


def _mean(chunks: Sequence[Chunk]) -> float:
    examples = sum(chunk.examples for chunk in chunks)
    return sum(chunk.loss * chunk.examples for chunk in chunks) / examples
