"""The test accuracy differs from that of the run before by no more than chance explains."""

from __future__ import annotations

from dataclasses import replace

from mnist_core.config import LIMITS
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.diagnosis.hints.more_units import more_units
from mnist_core.ledger.significance import SIGNIFICANT, p_in_words, p_value_of_difference
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent


def within_chance(facts: Facts) -> Hint | None:
    """Compare with the run before, where its settings are others: a few more images read right prove nothing yet.

    Nothing that `more_units` has said already.
    """
    config, result = facts.run.config, facts.result
    if not facts.finished or result is None or not facts.earlier or more_units(facts):
        return None
    before = facts.earlier[0]
    p = p_value_of_difference(result, before.result)
    if p < SIGNIFICANT or replace(config, seed=before.run.config.seed) == before.run.config:
        return None
    text = sentence(
        "{accuracy} test accuracy against {before} in run {run} may well be chance{p}. Other seeds show more.",
        accuracy=percent(result.accuracy),
        before=percent(before.result.accuracy),
        run=before.run.id,
        p=p_in_words(p),
    )
    return hint(
        sentence("Within chance of the run before"), text, config, seed=(config.seed + 1) % int(LIMITS["seed"].high)
    )
