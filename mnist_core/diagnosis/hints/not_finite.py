"""The loss grew beyond all bounds, until it was not a number."""

from __future__ import annotations

from mnist_core.diagnosis.hints.corrections import calmer_change
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.runs.run_records import Failure
from mnist_core.text.sentence import sentence
from mnist_core.text.words import counted


def not_finite(facts: Facts) -> Hint | None:
    """Say why a run diverged: its corrections overshot."""
    run = facts.run
    calmer = calmer_change(run)
    if run.failure is not Failure.DIVERGED or calmer is None:
        return None
    text = sentence("{reason}: each correction overshot, {how_far}.", reason=calmer.reason, how_far=_how_far(facts))
    return hint(sentence("Diverged"), text, run.config, **calmer.as_settings)


def _how_far(facts: Facts) -> str:
    if not facts.chunks:
        return sentence("from the first steps on")
    highest = max(chunk.loss for chunk in facts.chunks)
    steps = counted(facts.history.points[-1].step, "step")
    return sentence("and the loss reached {highest:,.0f} within {steps}", highest=highest, steps=steps)
