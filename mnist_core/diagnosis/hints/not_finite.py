"""The loss grew beyond all bounds, until it was not a number."""

from __future__ import annotations

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, calmer_rate, hint, rate_in_words
from mnist_core.runs.run_records import Failure
from mnist_core.text.words import counted


def not_finite(facts: Facts) -> Hint | None:
    """Say why a run diverged: its corrections overshot."""
    run = facts.run
    rate = calmer_rate(run.config)
    if run.failure is not Failure.DIVERGED or rate is None:
        return None
    text = f"{rate_in_words(run.config).capitalize()}: each correction overshot, {_how_far(facts)}."
    return hint("Diverged", text, run.config, learning_rate=rate)


def _how_far(facts: Facts) -> str:
    if not facts.chunks:
        return "from the first steps on"
    highest = max(chunk.loss for chunk in facts.chunks)
    steps = counted(facts.history.points[-1].step, "step")
    return f"and the loss reached {highest:,.0f} within {steps}"
