"""The loss goes up and down: the corrections are too large to settle."""

from __future__ import annotations

from itertools import pairwise

from mnist_core.diagnosis.hints.corrections import calmer_change
from mnist_core.diagnosis.hints.facts import RISE, Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.sentence import Sentence, sentence

FALL = 0.9
"""The factor by which the loss on new images must change over an epoch to count as a fall; `RISE` is that of a rise."""
RISES, RISES_AT_USUAL_RATE = 2, 3
"""The number of rises that are no accident: at a rate above the usual one, and at the usual rate itself."""


def jumping(facts: Facts) -> Hint | None:
    """Say that the loss shot up far above that of guessing, or went up and down from epoch to epoch."""
    calmer = calmer_change(facts.run)
    found = _overshot(facts) or _up_and_down(facts)
    if not found or calmer is None:
        return None
    return hint(
        sentence("Jumping"),
        sentence("{found} {reason}.", found=found, reason=calmer.reason),
        facts.run.config,
        **calmer.as_settings,
    )


def _overshot(facts: Facts) -> str:
    if facts.overshot is None:
        return ""
    return sentence(
        "The training loss shot up to {overshot:,.3g}; guessing gives {loss_of_guessing:.3g}.",
        overshot=facts.overshot,
        loss_of_guessing=facts.loss_of_guessing,
    )


def _up_and_down(facts: Facts) -> str:
    losses = [loss for _, loss in facts.losses_of_new_images]
    rises = [(before, after) for before, after in pairwise(losses) if after >= RISE * before]
    falls = [after for before, after in pairwise(losses) if after <= FALL * before]
    config = facts.run.config
    needed = RISES if config.learning_rate > config.default_learning_rate else RISES_AT_USUAL_RATE
    if len(rises) < needed or not falls:
        return ""
    before, after = max(rises, key=lambda rise: rise[1] / rise[0])
    return sentence(
        "The {kind} loss goes up and down: it rose in {rises} of {losses} epochs, once from "
        "{before:.3g} to {after:.3g}.",
        kind=Sentence(facts.new_images),
        rises=len(rises),
        losses=len(losses) - 1,
        before=before,
        after=after,
    )
