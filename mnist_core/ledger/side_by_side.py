"""How the settings of two to twenty runs differ: as a table, and in a sentence."""

from __future__ import annotations

import pandas as pd

from mnist_core.ledger.column_declaration import in_words
from mnist_core.ledger.columns import SETTING_COLUMNS, column
from mnist_core.ledger.row import UNKNOWN
from mnist_core.ledger.table import differing_settings
from mnist_core.text.words import listed

MOST_NAMED = 4
"""Values that a sentence lists; of twice as many, it gives the range."""


def settings_side_by_side(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the settings of the runs as text: one row a setting, differing ones first; one column a run."""
    differing = differing_settings(frame)
    others = [item.name for item in SETTING_COLUMNS if item.name not in differing]
    names = [*differing, *(name for name in others if frame[name].notna().any())]
    rows = [[in_words(column(name), value) for value in frame[name]] for name in names]
    labels = [column(name).label for name in names]
    return pd.DataFrame(rows, index=pd.Index(labels, name="Setting"), columns=[f"Run {run}" for run in frame["run"]])


def difference_sentence(frame: pd.DataFrame) -> str:
    """Say in one sentence what differs between the settings of the runs in a ledger's frame."""
    names = differing_settings(frame)
    if not names:
        return "These runs have the same settings."
    parts = [f"{column(name).label.lower()} ({_values(frame, name)})" for name in names]
    return f"These runs differ in {listed(parts)}."


def _values(frame: pd.DataFrame, name: str) -> str:
    item = column(name)
    values = sorted(frame[name].dropna().unique())
    shown = [in_words(item, value) for value in values]
    if len(shown) > 2 * MOST_NAMED:
        return f"{shown[0]} to {shown[-1]}" if item.kind.numeric else f"{len(shown)} values"
    return ", ".join([*shown, UNKNOWN] if frame[name].isna().any() else shown)
