"""Hidden units that output 0 for every image: no correction reaches them any more."""

from __future__ import annotations

from mnist_core.config import TrainConfig
from mnist_core.diagnosis.hints.corrections import calmer_change, initial_weights, weaker_l2
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.sentence import sentence
from mnist_core.text.words import counted

SHARE = 0.1
"""The smallest share that is mentioned: at the usual rates, up to 3 of 256 units are silent."""


def units_that_never_fire(facts: Facts) -> Hint | None:
    """Say how many units are lost."""
    silent, config = facts.silent, facts.run.config
    if silent is None or silent.silent < SHARE * silent.units:
        return None
    text = sentence(
        "{silent:,} of {units} output 0 for each of {images:,} training images, so they no longer learn.",
        silent=silent.silent,
        units=counted(silent.units, "hidden unit"),
        images=silent.images,
    )
    if initial_weights(facts.run) in ("zeros", "too-small"):
        return hint(sentence("Units that never fire"), text, config, initialisation=TrainConfig.initialisation)
    calmer = weaker_l2(config) or calmer_change(facts.run)
    usual_rate = config.learning_rate >= config.default_learning_rate
    if calmer is not None and (usual_rate or calmer.setting != "learning_rate"):
        return hint(sentence("Units that never fire"), text, config, **calmer.as_settings)
    return hint(sentence("Units that never fire"), text, config, activation="elu")
