"""Compares the settings of two to twenty runs: as a table, in a sentence, and by a short name for each run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from mnist_core.config import SETTINGS, Number, Switch
from mnist_core.ledger.column_declaration import UnitsOfEachLayer, in_words
from mnist_core.ledger.columns import SETTING_COLUMNS, column
from mnist_core.ledger.row import UNKNOWN
from mnist_core.ledger.table import differing_settings
from mnist_core.text.words import in_sentence, listed

MOST_LISTED = 4
"""A sentence lists up to twice as many values; of more, it gives the range."""


def settings_side_by_side(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the settings of the runs as text: one row per setting, differing ones first; one column per run."""
    differing = differing_settings(frame)
    others = [item.name for item in SETTING_COLUMNS if item.name not in differing]
    names = [*differing, *(name for name in others if frame[name].notna().any())]
    rows = [[in_words(column(name), value) for value in frame[name]] for name in names]
    labels = [column(name).label for name in names]
    return pd.DataFrame(rows, index=pd.Index(labels, name="Setting"), columns=[f"Run {run}" for run in frame["run"]])


def difference_sentence(frame: pd.DataFrame) -> str:
    """Return a sentence that says in which settings the runs of a ledger's frame differ."""
    names = differing_settings(frame)
    if not names:
        return "These runs have the same settings."
    parts = [f"{in_sentence(column(name).label)} ({_values(frame, name)})" for name in names]
    return f"These runs differ in {listed(parts)}."


def distinguishing_names(frame: pd.DataFrame) -> dict[int, str]:
    """Return a name for each run that distinguishes it from the others: its own name, or the settings that differ.

    Runs of the same name have their number as well: "128 units", "256 units, run 7", "256 units, run 9".
    """
    differing = differing_settings(frame)
    names = {run: row["name"] or _settings_in_words(row, differing) for run, row in frame.iterrows()}
    count = Counter(names.values())
    return {run: _with_number(run, name, count[name] > 1) for run, name in names.items()}


def _settings_in_words(row: pd.Series, names: Sequence[str]) -> str:
    return ", ".join(_setting_in_words(name, row[name]) for name in names if not pd.isna(row[name]))


def _setting_in_words(name: str, value: Any) -> str:
    setting = SETTINGS.get(name)
    if setting is None:
        return in_words(column(name), value)
    if isinstance(value, UnitsOfEachLayer):
        return setting.in_words(value.setting)
    if isinstance(setting.kind, Number) and setting.kind.whole:
        return setting.in_words(int(value))  # a column with unknown values holds floats
    return setting.in_words(bool(value) if isinstance(setting.kind, Switch) else value)


def _with_number(run: int, name: str, needed: bool) -> str:
    if not name:
        return f"Run {run}"
    return f"{name}, run {run}" if needed else name


def _values(frame: pd.DataFrame, name: str) -> str:
    item = column(name)
    values = sorted(frame[name].dropna().unique())
    shown = [in_words(item, value) for value in values]
    if len(shown) > 2 * MOST_LISTED:
        return f"{shown[0]} to {shown[-1]}" if item.kind.numeric else f"{len(shown)} values"
    between = "; " if any("," in text for text in shown) else ", "
    return between.join([*shown, UNKNOWN] if frame[name].isna().any() else shown)
