"""Hidden units that output 0 for every image: no correction reaches them any more."""

from __future__ import annotations

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, calmer_rate, hint
from mnist_core.text.words import counted

SHARE = 0.1
"""The smallest share that is mentioned: at the usual rates, up to 3 of 256 units are silent."""


def units_that_never_fire(facts: Facts) -> Hint | None:
    """Say how many units are lost."""
    silent, config = facts.silent, facts.run.config
    if silent is None or silent.silent < SHARE * silent.units:
        return None
    text = (
        f"{silent.silent:,} of {counted(silent.units, 'hidden unit')} output 0 for each of {silent.images:,} training "
        "images, so they no longer learn."
    )
    rate = calmer_rate(config)
    if config.learning_rate >= config.default_learning_rate and rate is not None:
        return hint("Units that never fire", text, config, learning_rate=rate)
    return hint("Units that never fire", text, config, activation="elu")
