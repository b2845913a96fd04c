"""Which runs the ledger shows, and how: whose, filter, order, columns, seeds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mnist_core.charts.parallel_axes import brush_in_words
from mnist_core.config import SETTINGS, defaults_by_optimizer
from mnist_core.ledger import COLUMNS, FilterError, ViewState, brushed, column, matching, owner_tag
from mnist_core.ledger.column_declaration import in_words
from mnist_core.ledger.table import constant_settings
from mnist_core.ledger.view_state import EVERYONE, FILTER_LENGTH
from mnist_core.runs import Run
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from mnist_core.text.words import in_sentence
from pages.compare.ledger import current_view
from pages.shared.messages import show_error
from pages.visit import session

MINE, EVERYONES = "Mine", "Everyone's"
_FILTER_HELP = (
    "Conditions with *and*, *or*, *not* and parentheses. Use the names of columns: "
    "`units >= 128 and optimizer = adam`, `accuracy > 97.5`, "
    "`batch in (64, 128)`, `state = finished`, `dataset = MNIST`, `tag = week-1`, `notes contains odd`, "
    "`started >= 2026-05-01`. "
    'Where hidden layers differ, `units >= 128` must hold for each of them, and `units = "256, 64"` finds these. '
    "A single word is searched for in names, notes, tags and settings."
)


def choose_owner(runs: Sequence[Run]) -> list[Run]:
    """Let people choose whose runs are shown, and return those."""
    mine, guest = owner_tag(session.owner()), session.get("ledger_guest", "")
    labels = {mine: MINE, EVERYONE: EVERYONES}
    if guest and guest not in labels:
        nickname = next((run.nickname for run in runs if owner_tag(run.owner) == guest), "")
        labels[guest] = f"Shared by {for_markdown(nickname) or 'somebody'}"
    chosen = labels.get(current_view.current().of, MINE)
    picked = st.segmented_control(
        "Whose runs", list(labels.values()), default=chosen, required=True, key=current_view.key("of")
    )
    of = next((tag for tag, label in labels.items() if label == picked), mine)
    current_view.change(of=of)
    return list(runs) if of == EVERYONE else [run for run in runs if owner_tag(run.owner) == of]


def choose_rows(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let people filter; return the rows that the filter keeps, and of these the ones within what is brushed."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        text = st.text_input(
            "Filter",
            current_view.current().filter,
            key=current_view.key("filter"),
            placeholder="units >= 128 and optimizer = adam",
            max_chars=FILTER_LENGTH,
            help=_FILTER_HELP,
            icon=":material/filter_alt:",
        )
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        _more_controls()
    current_view.change(filter=text or "")
    try:
        kept = matching(frame, text or "")
    except FilterError as error:
        show_error(f"{error} All runs are shown.", ":material/filter_alt_off:")
        kept = frame
    return kept, _within_brushes(kept)


def _more_controls() -> None:
    view = current_view.current()
    with st.popover("Columns", icon=":material/view_column:"):
        names = [item.name for item in COLUMNS]
        orders = [f"{sign}{name}" for name in names if name != "tags" for sign in ("-", "")]
        sort = st.selectbox(
            "Order", orders, _place(view.sort, orders), key=current_view.key("sort"), format_func=_order_in_words
        )
        columns = st.multiselect(
            "Columns",
            names,
            view.columns,
            key=current_view.key("columns"),
            format_func=lambda name: column(name).label,
            placeholder="Chosen to fit the runs",
            help="If you choose none, each setting that differs gets a column.",
        )
        seeds = st.toggle(
            "Seeds as mean ± spread",
            view.seeds,
            key=current_view.key("seeds"),
            help="One row for all finished runs that differ only in their seed, with means and standard deviations.",
        )
    current_view.change(sort=sort, columns=tuple(columns), seeds=seeds)


def _place(value: str, options: Sequence[str]) -> int:
    return options.index(value) if value in options else 0


def _order_in_words(order: str) -> str:
    if order.removeprefix("-") in ("run", "started"):
        return f"{column(order.removeprefix('-')).label}, {'newest' if order.startswith('-') else 'oldest'} first"
    item = column(order.removeprefix("-"))
    if item.kind.numeric:
        return f"{item.label}, {'highest' if order.startswith('-') else 'lowest'} first"
    return f"{item.label}, {'Z to A' if order.startswith('-') else 'A to Z'}"


def _within_brushes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows within the brushed ranges of the parallel coordinates; name these, and offer to clear them."""
    brushes = current_view.current().brush
    if not brushes:
        return frame
    kept = brushed(frame, brushes)
    _text_with_reset(f"Brushed: {'; '.join(brush_in_words(brush) for brush in brushes)}.", "Clear the brush", brush=())
    return kept


def show_baseline(frame: pd.DataFrame) -> None:
    """Name the baseline, if there is one, with a button to remove it."""
    run = current_view.current().baseline
    if run is None:
        return
    if run not in frame.index:
        words = f"Run {run}, the baseline, was not found. It may have been deleted."
    else:
        accuracy = in_words(column("test_accuracy"), frame.loc[run, "test_accuracy"])
        words = f"Baseline: run {run} ({accuracy} on the test images). Δ is the difference from it."
    _text_with_reset(words, "No baseline", baseline=None)


def _text_with_reset(words: str, label: str, **end: Any) -> None:
    """Show a sentence about the view, beside a button that changes the view."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(sentence_for_markdown(words), width="content")
        if st.button(label, icon=":material/close:", type="tertiary"):
            current_view.change(**end)
            st.rerun()


def _is_usual(name: str, value: Any, optimizers: Collection[str]) -> bool:
    """Whether a value is the default of a setting behind "More settings" on the Train page, with each of `optimizers`.

    Imported runs have no optimizer that is known, and no default.
    """
    if name not in SETTINGS or SETTINGS[name].main:
        return False
    usual = defaults_by_optimizer(name)
    return all(optimizer in usual and usual[optimizer] == value for optimizer in optimizers)


def show_common_settings(frame: pd.DataFrame, view: ViewState) -> None:
    """Say once, above the table, what all of its runs have in common, and how many there are."""
    count = f"{len(frame):,} run{'' if len(frame) == 1 else 's'}"
    optimizers = set(frame["optimizer"])
    constant = [
        f"{in_sentence(column(name).label)} {in_words(column(name), value)}"
        for name, value in constant_settings(frame).items()
        if name not in view.columns and not _is_usual(name, value, optimizers)
    ]
    common = f", all with {', '.join(constant)}" if len(frame) > 1 and constant else ""
    alone = f": {', '.join(constant)}" if len(frame) == 1 and constant else ""
    st.caption(sentence_for_markdown(f"{count}{common}{alone}."))
