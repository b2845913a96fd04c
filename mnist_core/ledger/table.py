"""Runs as a data frame: differing settings, differences from a baseline, seeds as mean ± deviation, sweeps folded."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from mnist_core.config.hidden_layers import Units
from mnist_core.ledger.column_declaration import Kind, UnitsOfEachLayer
from mnist_core.ledger.columns import CLASS_ACCURACY, COLUMNS, RESULT_COLUMNS, SETTING_COLUMNS, column
from mnist_core.ledger.row import Row
from mnist_core.ledger.view_state import Brush
from mnist_core.model.architecture import CLASSES
from mnist_core.runs import Best, Run
from mnist_core.text.escape import for_csv_cell
from mnist_core.text.words import counted

SPREAD, DIFFERENCE = "spread of ", "difference in "
"""Prefixes of the columns that `group_seeds` and `differences` add."""
RUNS_OF_GROUP, SEEDS, STATUS = "runs", "seeds", "status"
_LAYERS = ("architecture", "hidden_units", "hidden_layers", "activation", "dropout")
_KNOWN_OF_ALL = (*_LAYERS, "dataset", "parent", "parent_epochs")
"""Settings that are also known for imported networks: where there is no value, there is none."""
LONGEST_CELL = 5000
"""Most characters in a cell of the CSV file; no text of a run has more."""


def frame_of(runs: Iterable[Run], best: Mapping[int, Best], classes: Mapping[str, int] | None = None) -> pd.DataFrame:
    """Return one row for each run in the given order, indexed by its number, with the values of all `COLUMNS`.

    `classes` is the number of classes of each dataset by its sha256 (see `DatasetStore.classes`); others have ten, like
    MNIST. Accuracies are fractions from 0 to 1. Unknown values are NaN: results that do not exist yet, the settings of
    imported networks except their architecture. If the hidden layers of any run differ in width, the hidden units are
    `UnitsOfEachLayer` for all runs. There are two further columns: `status`, the state as pages show it, and `runs`, a
    tuple of the row's runs.
    """
    runs = list(runs)
    titles = _dataset_titles(runs)
    rows = [
        Row(run, best.get(run.id), titles[run.dataset_sha256], (classes or {}).get(run.dataset_sha256, CLASSES))
        for run in runs
    ]
    values = {item.name: [item.value(row) for row in rows] for item in COLUMNS}
    values |= {STATUS: [run.status for run in runs], RUNS_OF_GROUP: [(run.id,) for run in runs]}
    frame = pd.DataFrame(values).astype({STATUS: object})  # also where there is no run
    for item in COLUMNS:
        if item.kind is Kind.PER_LAYER:
            frame[item.name] = _per_layer(values[item.name], frame.index)
        elif item.kind.numeric:
            frame[item.name] = pd.to_numeric(frame[item.name])
        elif item.kind is Kind.TEXT:
            frame[item.name] = frame[item.name].astype(object)
    return frame.set_index("run", drop=False).rename_axis(None)


def with_class_accuracies(frame: pd.DataFrame, accuracies: Mapping[int, float]) -> pd.DataFrame:
    """Return the rows with how accurately each run reads the drawings of a class, by its number; NaN for others."""
    return frame.assign(**{CLASS_ACCURACY: frame["run"].map(accuracies).astype(float)})


def _per_layer(values: Sequence[Units | None], index: pd.Index) -> pd.Series:
    if not any(isinstance(value, tuple) for value in values):
        return pd.to_numeric(pd.Series(values, index, dtype=object))
    found = [math.nan if it is None else UnitsOfEachLayer(it if isinstance(it, tuple) else (it,)) for it in values]
    return pd.Series(found, index, dtype=object)


def _dataset_titles(runs: Sequence[Run]) -> dict[str, str]:
    """Return a unique name for each dataset, by its sha256.

    Stores of earlier versions have several snapshots of a handwriting set with the same name.
    """
    names = {run.dataset_sha256: run.dataset for run in runs}
    ambiguous = {name for name, count in Counter(names.values()).items() if count > 1}
    return {sha256: f"{name} ({sha256[:6]})" if name in ambiguous else name for sha256, name in names.items()}


# -- what differs ---------------------------------------------------------------------------------


def differing_settings(frame: pd.DataFrame) -> list[str]:
    """Return the names of the settings that have more than one known value in the frame."""
    return [name for name, values in _setting_values(frame) if len(values) > 1 and _differ(name, values)]


def _setting_values(frame: pd.DataFrame) -> Iterator[tuple[str, set[Any]]]:
    """Yield the values of each setting, in which an unknown one may be several times."""
    return ((item.name, set(frame[item.name].tolist())) for item in SETTING_COLUMNS if item.name in frame)


def _differ(name: str, values: set[Any]) -> bool:
    known = {value for value in values if not pd.isna(value)}
    has_none = name in _KNOWN_OF_ALL and len(known) < len(values)
    return len(known) + has_none > 1


def constant_settings(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the settings that have the same known value for all runs in the frame, with that value."""
    single = ((name, next(iter(values))) for name, values in _setting_values(frame) if len(values) == 1)
    return {name: value for name, value in single if not pd.isna(value)}


# -- order and selection -----------------------------------------------------------------------------


def sort(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows sorted by a column: "seconds" ascending, "-seconds" descending; unknown values last.

    They are sorted by the run where the frame has no such column, as that of the seed where seeds are grouped.
    """
    name = by.removeprefix("-")
    name = name if name in frame else "run"
    return frame.sort_values(name, ascending=not by.startswith("-"), kind="stable", na_position="last")


def brushed(frame: pd.DataFrame, brushes: Sequence[Brush]) -> pd.DataFrame:
    """Return the rows inside the brushed ranges of all columns. Of several ranges of one column, one is enough."""
    kept = pd.Series(True, index=frame.index)
    for name in {brush.column for brush in brushes}:
        ranges = [brush for brush in brushes if brush.column == name]
        within = pd.Series(False, index=frame.index)
        for brush in ranges:
            within |= brush.keeps(frame[name])
        kept &= within
    return frame[kept]


def judged_by(frame: pd.DataFrame) -> str:
    """Return the name of the accuracy that most of the runs have: test or validation; test if it is a tie.

    The trials of a sweep have validation accuracies only, see `mnist_core.sweeps`.
    """
    measures = ("test_accuracy", "validation_accuracy")
    return max(measures, key=lambda name: int(frame[name].notna().sum()))


# -- baseline ---------------------------------------------------------------------------------------


def differences(frame: pd.DataFrame, baseline: pd.Series) -> pd.DataFrame:
    """Add columns named `DIFFERENCE` + name: each result minus the baseline's, in its own unit."""
    added = {DIFFERENCE + item.name: frame[item.name] - baseline[item.name] for item in RESULT_COLUMNS}
    return frame.assign(**added)


def row_of(frame: pd.DataFrame, run: int) -> pd.Series | None:
    """Return the row that contains a run, alone or in a group; None if there is none."""
    if run in frame.index:
        return frame.loc[run]
    rows = frame[[run in runs for runs in frame[RUNS_OF_GROUP]]]
    return None if rows.empty else rows.iloc[0]


# -- seeds --------------------------------------------------------------------------------------------


def group_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """Combine runs that differ only in their seed: one row, indexed by the newest run, with the mean of each result.

    Runs that were not trained to their end and imported ones keep their own rows. Adds `seeds`, the number of runs in a
    row, and columns named `SPREAD` + name: the standard deviation of each result, with n - 1 in the denominator and NaN
    for a single run. The rows are in the order of their first runs.
    """
    if frame.empty:
        return frame.assign(**{SEEDS: pd.Series(dtype=int)})
    settings = [item.name for item in SETTING_COLUMNS if item.name != "seed"]
    alone = frame["run"].where(frame["state"] != "finished", 0).rename("alone")
    grouped = frame.groupby([*settings, alone], sort=False, dropna=False)
    results = [item.name for item in RESULT_COLUMNS]
    means, spreads = grouped[results].mean(), grouped[results].std(ddof=1).add_prefix(SPREAD)
    others = {item.name: _SUMMARY[item.kind] for item in COLUMNS if not item.setting and not item.result}
    others |= {STATUS: _joined, RUNS_OF_GROUP: _concatenated}
    summaries = grouped.agg(**{name: (name, summary) for name, summary in others.items()})
    summaries[SEEDS] = grouped.size()
    return (
        pd.concat([summaries, means, spreads], axis=1)
        .reset_index()
        .drop(columns="alone")
        .set_index("run", drop=False)
        .rename_axis(None)
    )


def _joined(column: pd.Series) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in column if value))


def _concatenated(column: pd.Series) -> tuple[Any, ...]:
    return tuple(value for values in column for value in values)


def _united(column: pd.Series) -> tuple[str, ...]:
    return tuple(sorted(set(_concatenated(column))))


_SUMMARY: dict[Kind, Any] = {
    Kind.NUMBER: "max",
    Kind.TEXT: _joined,
    Kind.TAGS: _united,
    Kind.SWITCH: "any",
    Kind.TIME: "max",
}
"""How a row of several runs summarises values other than results, by the kind of the column."""


# -- sweeps -------------------------------------------------------------------------------------------


def fold_sweeps(frame: pd.DataFrame) -> pd.DataFrame:
    """Combine the runs of each sweep: one row, indexed by the newest run of the sweep and at its place.

    The row has the settings that all of the runs share, and their seconds in sum; it has no other results, since which
    of the runs is best is shown on the sweep's own page. Its `status` is the number of runs.
    """
    sweeps = frame["sweep"]
    of_several = sweeps.notna() & sweeps.duplicated(keep=False)
    if not of_several.any():
        return frame
    folded = [_sweep_row(runs) for _, runs in frame[of_several].groupby("sweep", sort=False)]
    rows = pd.concat([frame[~of_several], pd.DataFrame(folded).set_index("run", drop=False).rename_axis(None)])
    return rows.loc[[run for run in frame.index if run in rows.index]]


def _sweep_row(runs: pd.DataFrame) -> dict[str, Any]:
    newest = runs.loc[runs["run"].max()].to_dict()
    results = (item.name for item in RESULT_COLUMNS if item.name != "seconds")
    unknown = {name: math.nan if column(name).kind.numeric else None for name in (*differing_settings(runs), *results)}
    own = {"name": "", "seconds": runs["seconds"].sum(), STATUS: counted(len(runs), "run")}
    return newest | unknown | own | {RUNS_OF_GROUP: _concatenated(runs[RUNS_OF_GROUP])}


# -- CSV ----------------------------------------------------------------------------------------------


def to_csv(frame: pd.DataFrame, names: Sequence[str]) -> str:
    """Return the named columns as CSV: fractions from 0 to 1, times in UTC, tags separated by commas.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, because anybody can name a run (see
    `text.escape`).
    """
    table = frame[list(names)].copy()
    for name in names:
        kind = column(name).kind if name in {item.name for item in COLUMNS} else Kind.NUMBER
        if kind is Kind.TIME:
            table[name] = pd.to_datetime(table[name], unit="s", utc=True).dt.strftime("%Y-%m-%d %H:%M:%S")
        elif kind is Kind.TAGS:
            table[name] = table[name].map(",".join).map(_cell)
        elif kind is Kind.TEXT:
            table[name] = table[name].map(_cell, na_action="ignore")
    return table.to_csv(index=False)


def _cell(text: str) -> str:
    return for_csv_cell(text, LONGEST_CELL)
