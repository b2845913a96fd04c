"""Label noise: the network has memorised wrong labels."""

from __future__ import annotations

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.words import percent

SHARE = 0.1
"""The smallest share of the wrong labels that is mentioned."""
SUGGESTED_DROPOUT = 0.5
"""With it, 15 % of 600 wrong labels were memorised in place of 35 %, and the test accuracy was 90 %, not 84."""


def memorised_labels(facts: Facts) -> Hint | None:
    """Say how many of the wrong labels it predicts, if these are more than chance explains."""
    found, scores, config = facts.wrong_labels, facts.scores, facts.run.config
    if found is None or scores is None or not found.exceed_chance(scores.new.accuracy):
        return None
    count, wrong = len(found.memorised), len(found.indices)
    if count < SHARE * wrong:
        return None
    which = "the" if wrong == found.wrong else "a sample of"
    text = (
        f"The network has memorised {count:,} of {which} {wrong:,} wrong labels ({percent(count / wrong, 0)}): it "
        f"predicts them for the images that had them. It classifies {percent(scores.new.accuracy, 1)} of the "
        f"{scores.kind} images correctly."
    )
    if config.dropout < SUGGESTED_DROPOUT:
        return hint("Wrong labels memorised", text, config, dropout=SUGGESTED_DROPOUT)
    best, _ = min(facts.losses_of_new_images, key=lambda pair: pair[1], default=(config.epochs, 0.0))
    return hint("Wrong labels memorised", text, config, epochs=best) if best < config.epochs else None
