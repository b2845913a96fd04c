"""Label noise: the network has memorised wrong labels."""

from __future__ import annotations

from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.sentence import Sentence, sentence
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
    values = {
        "count": count,
        "wrong": wrong,
        "share": percent(count / wrong, 0),
        "accuracy": percent(scores.new.accuracy, 1),
        "kind": Sentence(scores.kind),
    }
    if wrong == found.wrong:
        text = sentence(
            "The network has memorised {count:,} of the {wrong:,} wrong labels ({share}): it predicts them for the "
            "images that had them. It classifies {accuracy} of the {kind} images correctly.",
            **values,
        )
    else:
        text = sentence(
            "The network has memorised {count:,} of a sample of {wrong:,} wrong labels ({share}): it predicts them for "
            "the images that had them. It classifies {accuracy} of the {kind} images correctly.",
            **values,
        )
    if config.applies("dropout") and config.dropout < SUGGESTED_DROPOUT:
        return hint(sentence("Wrong labels memorised"), text, config, dropout=SUGGESTED_DROPOUT)
    best, _ = min(facts.losses_of_new_images, key=lambda pair: pair[1], default=(config.epochs, 0.0))
    return hint(sentence("Wrong labels memorised"), text, config, epochs=best) if best < config.epochs else None
