"""Groups runs that can be compared by one setting: finished ones with equal other settings, except the seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from mnist_core.config import OPTIMIZER_SETTINGS, SETTINGS, defaults_by_optimizer
from mnist_core.ledger.column_declaration import in_words, units_in
from mnist_core.ledger.columns import SETTING_COLUMNS, column
from mnist_core.ledger.table import differing_settings
from mnist_core.text.words import in_sentence

_USUAL = "usual"
"""Replaces the defaults of an optimizer, such as its learning rate, where optimizers are compared."""


class ComparableRuns(NamedTuple):
    """Rows of a ledger's frame that differ only in one setting and in their seed.

    `words` are the settings that distinguish them from the other groups: "epochs 5, batch size 128"; "" if there is no
    other group.
    """

    frame: pd.DataFrame
    words: str


def comparable_runs(frame: pd.DataFrame, name: str) -> list[ComparableRuns]:
    """Return the groups of runs with equal other settings and at least two values of the setting `name`.

    The largest group comes first. Runs that were not trained to their end are left out, and so are imported ones, whose
    settings are unknown. If optimizers are compared, their defaults count as equal. So do those of settings that
    follow the units or the layers if these are compared, and what a network without a hidden layer does not have.
    """
    others = [item.name for item in SETTING_COLUMNS if item.name not in (name, "seed")]
    finished = frame[frame["state"] == "finished"]
    if name == "seed" or finished[name].nunique() < 2:
        return []
    keys = finished[others].astype(object)
    for setting, usual in _usual_beside(name, finished).items():
        keys[setting] = keys[setting].mask(usual, _USUAL)
    groups = [
        (finished.loc[rows.index], rows.iloc[0])
        for _, rows in keys.groupby(others, sort=False, dropna=False)
        if finished.loc[rows.index, name].nunique() > 1
    ]
    groups.sort(key=lambda group: -len(group[0]))
    distinguishing = differing_settings(pd.DataFrame([key for _, key in groups]))
    return [ComparableRuns(rows, _in_words(key, distinguishing)) for rows, key in groups]


def _usual_beside(name: str, frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Return by name, for the settings that follow the setting `name`, whether each run has their default."""
    if name == "optimizer":
        return {it: frame[it] == frame[name].map(defaults_by_optimizer(it)) for it in OPTIMIZER_SETTINGS}
    if name not in ("hidden_units", "hidden_layers"):
        return {}
    without = frame["hidden_layers"] == 0
    usual = {"activation": without | (frame["activation"] == SETTINGS["activation"].default)}
    if name == "hidden_units":
        one_each = frame[name].map(lambda units: len(units_in(units)))
        return usual | {"hidden_layers": without | (frame["hidden_layers"] == one_each)}
    usual_units = (SETTINGS["hidden_units"].default,)
    return usual | {"hidden_units": without | frame["hidden_units"].map(lambda units: units_in(units) == usual_units)}


def _in_words(key: pd.Series, names: Sequence[str]) -> str:
    shown = {name: key[name] if key[name] == _USUAL else in_words(column(name), key[name]) for name in names}
    return ", ".join(f"{in_sentence(column(name).label)} {value}" for name, value in shown.items())
