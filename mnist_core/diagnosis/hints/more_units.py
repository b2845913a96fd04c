"""More hidden units than in an earlier run do not classify more of the test images correctly."""

from __future__ import annotations

from dataclasses import replace

from mnist_core.config import SETTINGS
from mnist_core.config.hidden_layers import times
from mnist_core.diagnosis.hints.facts import EarlierRun, Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.ledger.significance import SIGNIFICANT, p_in_words, p_value_of_difference
from mnist_core.runs.run_records import Run
from mnist_core.text.sentence import sentence
from mnist_core.text.words import percent

TIMES = 2
"""The smallest ratio of the numbers of units."""


def more_units(facts: Facts) -> Hint | None:
    """Compare with earlier runs that differ in their hidden units alone, perhaps in their seed as well."""
    config, result = facts.run.config, facts.result
    if not facts.finished or result is None:
        return None
    smaller = [it for it in facts.earlier if has_fewer_units(it.run, facts.run) and it.result.accuracy > facts.baseline]
    p_values = {it.run.id: p_value_of_difference(result, it.result) for it in smaller}
    as_good = [it for it in smaller if it.result.accuracy >= result.accuracy or p_values[it.run.id] >= SIGNIFICANT]
    if not as_good:
        return None
    fewest = min(as_good, key=_all_units)
    fewer, in_words = fewest.run.config.hidden_units, SETTINGS["hidden_units"].value_in_words
    text = sentence(
        "{units} hidden units classify {accuracy} of the test images correctly, and {fewer} in "
        "run {run} classify {other}: this is no gain{p}.",
        units=in_words(config.hidden_units),
        accuracy=percent(result.accuracy),
        fewer=in_words(fewer),
        run=fewest.run.id,
        other=percent(fewest.result.accuracy),
        p=p_in_words(p_values[fewest.run.id]),
    )
    return hint(sentence("More units bring nothing"), text, config, hidden_units=times(fewer, 1 / 2))


def _all_units(earlier: EarlierRun) -> int:
    return sum(earlier.run.config.units_of_each_layer)


def has_fewer_units(earlier_run: Run, run: Run) -> bool:
    """Whether a run differs from `run` in fewer hidden units alone, in each layer, and perhaps the seed.

    A run that began with the weights of its parent has been trained for more epochs than its settings say.
    """
    earlier, config = earlier_run.config, run.config
    if not config.hidden_layers or earlier.hidden_layers != config.hidden_layers or earlier_run.parent != run.parent:
        return False
    pairs = zip(earlier.units_of_each_layer, config.units_of_each_layer, strict=True)
    alike = replace(config, hidden_units=earlier.hidden_units, seed=earlier.seed) == earlier
    return alike and all(TIMES * fewer <= more for fewer, more in pairs)
