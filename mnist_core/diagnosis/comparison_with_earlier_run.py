"""Says what was changed between a run and an earlier one, and with what result."""

from __future__ import annotations

from mnist_core.config import SETTINGS, TrainConfig
from mnist_core.config.changed_settings import changed_settings
from mnist_core.ledger import RunResult
from mnist_core.ledger.significance import SIGNIFICANT, p_in_words, p_value_of_difference
from mnist_core.runs.run_records import Run
from mnist_core.text.sentence import Sentence, joined, marked, sentence
from mnist_core.text.words import in_sentence, listed, percent

MOST_IN_LEGEND = 2
"""Settings; more would leave no room for the curves."""


def earlier_label(earlier: Run, config: TrainConfig) -> str:
    """Return the name of an earlier run in the legend beside a run with `config`: "run 11: 128 units"."""
    names = changed_settings(config, earlier.config)
    said = [SETTINGS[name].in_words(getattr(earlier.config, name)) for name in names[:MOST_IN_LEGEND]]
    words = joined(said) if said else sentence("same settings")
    if len(names) > MOST_IN_LEGEND:
        words = sentence("{words}, …", words=words)
    return sentence("run {run}: {words}", run=earlier.id, words=words)


def change_sentence(
    run: Run, earlier: Run, result: RunResult | None = None, earlier_result: RunResult | None = None
) -> str:
    """Say in which settings a run differs from an earlier one and, with both results, whether that is more than chance.

    Plain text. "Only the learning rate differs from run 11: 0.001 → 0.01. Test accuracy 97.91 % against 97.40 %: the
    difference is more than chance (p < 0.001)."
    """
    said = _difference(run, earlier)
    if result is None or earlier_result is None:
        return said
    p = p_value_of_difference(result, earlier_result)
    verdict = (
        sentence("the difference is more than chance")
        if p < SIGNIFICANT
        else sentence("the difference may well be chance")
    )
    return sentence(
        "{said} Test accuracy {accuracy} against {other}: {verdict}{p}.",
        said=said,
        accuracy=percent(result.accuracy),
        other=percent(earlier_result.accuracy),
        verdict=verdict,
        p=p_in_words(p),
    )


def _difference(run: Run, earlier: Run) -> str:
    names = changed_settings(earlier.config, run.config)
    changes = [_change(_value(name, earlier.config), _value(name, run.config)) for name in names]
    labels = [in_sentence(SETTINGS[name].label) for name in names]
    if run.parent != earlier.parent:
        names.insert(0, _START)
        labels.insert(0, Sentence(_START))
        changes.insert(0, _change(_start(earlier), _start(run)))
    if not names:
        return sentence("The same settings as run {run}.", run=earlier.id)
    if len(names) == 1:
        plural = names[0] == _START or SETTINGS[names[0]].noun
        values = {"setting": labels[0], "run": earlier.id, "change": changes[0]}
        if plural:
            return sentence("Only the {setting} differ from run {run}: {change}.", **values)
        return sentence("Only the {setting} differs from run {run}: {change}.", **values)
    parts = [
        sentence("{setting} ({change})", setting=label, change=change)
        for label, change in zip(labels, changes, strict=True)
    ]
    return sentence("Differs from run {run} in {parts}.", run=earlier.id, parts=listed(parts))


_START = marked("starting weights")


def _start(run: Run) -> str:
    return sentence("random") if run.parent is None else run.parent.in_words


def _change(before: str, after: str) -> str:
    return sentence("{before} → {after}", before=before, after=after)


def _value(name: str, config: TrainConfig) -> str:
    return SETTINGS[name].value_in_words(getattr(config, name))
