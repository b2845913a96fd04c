"""The ledger's table: one row a run, or a setting with several seeds, and which rows are ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import pandas as pd
import streamlit as st

from mnist_core.ledger import (
    Column,
    Kind,
    ViewState,
    column,
    differences,
    differing_settings,
    fold_sweeps,
    group_seeds,
    sort,
)
from mnist_core.ledger.column_declaration import has_numbers
from mnist_core.ledger.columns import COLUMNS
from mnist_core.ledger.table import DIFFERENCE, SEEDS, SPREAD, STATUS, row_of
from mnist_core.runs import Run
from mnist_core.runs.dataset_info import dataset_title
from mnist_core.text.words import in_sentence, percent
from pages.visit import session

MOST_ROWS_SHOWN = 15
HEIGHT_OF_MORE = 563
"""Pixels, for a heading and this many rows of 35 pixels. On a projector rows are higher, so that it shows fewer."""
_NO_DIFFERENCE = ("best_epoch", "run")
_OPEN = "ledger_open"


class _Target(NamedTuple):
    """A page, and the query of its address."""

    page: str
    query: dict[str, str]


def show_table(frame: pd.DataFrame, baseline: pd.DataFrame, runs: Mapping[int, Run], view: ViewState) -> list[int]:
    """Draw the rows of `frame`; return the numbers of the runs whose rows are ticked.

    `baseline` has the row of the view's baseline, which may be any run: then others show how far they are from it.

    Streamlit identifies ticked rows by their position, which newer runs change. So another list of runs is another
    table, in which the same runs are ticked from the start.
    """
    rows = _with_differences(sort(_grouped(frame, view), view.sort), baseline, view)
    names = _names(rows, frame, runs, view)
    shown, config = _as_shown(rows, names, runs)
    if "Run" in shown:
        config["Run"] = _open_button(_targets(rows))
    groups = list(rows["runs"])
    _go_where_asked()
    chosen = set(view.runs)
    ticked = [place for place, group in enumerate(groups) if chosen.intersection(group)]
    event: Any = st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height="content" if len(rows) <= MOST_ROWS_SHOWN else HEIGHT_OF_MORE,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked}},
        key=f"runs_table_{hash(tuple(groups))}",
        column_config=config,
        placeholder="",
        alt="Runs",
    )
    return [run for place in event.selection.rows if place < len(groups) for run in groups[place]]


def _with_differences(rows: pd.DataFrame, baseline: pd.DataFrame, view: ViewState) -> pd.DataFrame:
    """Add how far each row is from the baseline: the row of its seeds if they are grouped, else the run alone.

    The row of a folded sweep is no baseline, since it has the sum of the seconds and no other results.
    """
    if view.baseline is None:
        return rows
    found = row_of(rows, view.baseline) if view.seeds else None
    found = row_of(baseline, view.baseline) if found is None else found
    return rows if found is None else differences(rows, found)


def _grouped(frame: pd.DataFrame, view: ViewState) -> pd.DataFrame:
    """Return a row for each setting if seeds are grouped; else fold the runs of each sweep into one row.

    The runs of sweeps keep rows of their own while a filter, a brush or ticks select some of them.
    """
    if view.seeds:
        return group_seeds(frame)
    ticked = frame["run"].isin(view.runs)
    partly_ticked = set(frame["sweep"][ticked].dropna()) & set(frame["sweep"][~ticked].dropna())
    return frame if view.filter or view.brush or partly_ticked else fold_sweeps(frame)


def _open_button(targets: Sequence[_Target]) -> Any:
    """Return the column that opens the run or sweep of a row. `targets` are those of the rows drawn now."""

    def remember() -> None:
        click: Any = session.widget(_OPEN, None)
        if click is not None and click["row"] < len(targets):
            session.put(_OPEN, targets[click["row"]])

    return st.column_config.ButtonColumn(width="small", help="Opens the run", on_click=remember, key=_OPEN)


def _go_where_asked() -> None:
    """Open what was clicked: a callback itself cannot change the page."""
    target: _Target | None = session.get(_OPEN, None)
    session.put(_OPEN, None)
    if target is not None:
        st.switch_page(target.page, query_params=target.query)


def _targets(rows: pd.DataFrame) -> list[_Target]:
    """Return for each row the page of its run; of several seeds the newest, of a folded sweep the sweep's page."""
    folded = _folded(rows)
    return [
        _Target("compare/sweeps.py", {"sweep": f"{row['sweep']:.0f}"})
        if folded[run]
        else _Target("train/page.py", {"run": str(run)})
        for run, row in rows.iterrows()
    ]


def _folded(rows: pd.DataFrame) -> pd.Series:
    """Whether each row is a whole sweep."""
    return rows["runs"].map(len).gt(1) & (SEEDS not in rows)


def _names(rows: pd.DataFrame, frame: pd.DataFrame, runs: Mapping[int, Run], view: ViewState) -> list[str]:
    """Return the columns to show: those picked, else those with information about these runs."""
    by_default = {item.name for item in COLUMNS if item.by_default} | set(differing_settings(frame))
    wanted = set(view.columns) or by_default - _uninformative(frame, runs)
    if view.seeds:
        wanted -= {"seed"} if view.columns else {"seed", "name"}
    names: list[str] = []
    for name in (item.name for item in COLUMNS if item.name in wanted and item.name in rows):
        names.append(name)
        names += [it for it in (SPREAD + name,) if it in rows and name not in ("parameters", "best_epoch")]
        names += [it for it in (DIFFERENCE + name,) if it in rows and name not in _NO_DIFFERENCE]
        names += [SEEDS] if name == "run" and SEEDS in rows else []
    return names


def _uninformative(frame: pd.DataFrame, runs: Mapping[int, Run]) -> set[str]:
    """Return the columns without any value, and the owner if all runs are this browser's own."""
    only_if_any = [item.name for item in COLUMNS if item.only_if_any]
    empty = {name for name in only_if_any if not (frame[name].notna() & frame[name].astype(bool)).any()}
    mine = all(runs[run].owner == session.owner() for run in frame["run"])
    return empty | ({"owner"} if mine else set())


def _as_shown(rows: pd.DataFrame, names: Sequence[str], runs: Mapping[int, Run]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the columns as people read them, under their labels, and how Streamlit is to format each."""
    shown: dict[str, pd.Series] = {}
    config: dict[str, Any] = {}
    for name in names:
        if name == SEEDS:
            shown["Runs"], config["Runs"] = rows[SEEDS], st.column_config.NumberColumn(help="Number of seeds")
            continue
        for prefix in (SPREAD, DIFFERENCE, ""):
            if name.startswith(prefix):
                break
        item = column(name.removeprefix(prefix))
        sign = {SPREAD: "± ", DIFFERENCE: "Δ "}.get(prefix, "")
        label = f"{sign}{in_sentence(item.label)}" if sign else item.label
        shown[label], config[label] = _values(rows[name], item, rows, runs), _format(item, prefix, rows[name])
    return pd.DataFrame(shown, index=rows.index), config


def _values(values: pd.Series, item: Column, rows: pd.DataFrame, runs: Mapping[int, Run]) -> pd.Series:
    if item.kind in (Kind.FRACTION, Kind.POINTS):
        return 100 * values
    if item.kind is Kind.TIME:
        return pd.to_datetime(values, unit="s", utc=True)
    if item.kind is Kind.PER_LAYER and not has_numbers(item, values):
        return values.map(str, na_action="ignore")
    if item.name == "pinned":
        return values.map({True: "📌", False: ""})
    if item.kind is Kind.TAGS:
        return values.map(list)
    folded = _folded(rows)
    if item.name == "run" and folded.any():
        return values.astype(str).where(~folded, "Sweep " + rows["sweep"].map("{:.0f}".format))
    if item.name == "state":
        status = rows[STATUS]
        return status if SEEDS in rows else status.where(folded, rows["run"].map(lambda run: _state(runs[run])))
    if item.name == "dataset":
        return values.map(dataset_title)
    if item.name == "owner" and "seeds" not in rows:
        me = session.owner()
        return pd.Series(["you" if runs[run].owner == me else text for run, text in values.items()], index=values.index)
    return values


def _state(run: Run) -> str:
    return run.status if run.state.ended or not run.step else f"{run.status} ({percent(run.step / run.steps, 0)})"


def _format(item: Column, prefix: str, values: pd.Series) -> Any:
    """Return how a column is written: spreads and differences as the column itself, in points for fractions."""
    if item.kind is Kind.TIME:
        return st.column_config.DatetimeColumn(format="distance")
    if item.kind is Kind.TAGS:
        return st.column_config.ListColumn()
    if item.kind is Kind.SWITCH and item.name != "pinned":
        return st.column_config.CheckboxColumn(help=item.help or None)
    if not has_numbers(item, values):
        return st.column_config.TextColumn(help=item.help or None)
    sign = "+" if prefix == DIFFERENCE else ""
    number = f"%{sign}.{item.digits}f" if item.digits is not None else None
    if item.kind is Kind.FRACTION and not prefix:
        number = f"{number} %%"
    if item.name == "parameters" and not prefix:
        number = "localized"
    small: Literal["small"] | None = "small" if item.name in ("run", "best_epoch") else None
    helps = {
        SPREAD: "Standard deviation over the seeds",
        DIFFERENCE: f"Difference from the baseline{', in percentage points' if item.kind is not Kind.NUMBER else ''}",
    }
    return st.column_config.NumberColumn(format=number, width=small, help=helps.get(prefix, item.help or None))
