"""The Runs page: the ledger of all runs, to filter, compare, describe and share by a link."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from mnist_core.runs import Run, retention_notice
from pages.compare.ledger import current_view
from pages.compare.ledger.actions import offer_undo, show_actions
from pages.compare.ledger.comparison import show_comparison
from pages.compare.ledger.controls import choose_owner, choose_rows, show_baseline, show_common_settings
from pages.compare.ledger.plots import show_plots
from pages.compare.ledger.table import show_table
from pages.navigation import COMPARE, TRAIN, show_title
from pages.shared import classroom, services
from pages.shared.class_column import with_class_column
from pages.shared.class_score import READING
from pages.shared.messages import show_info, user_errors
from pages.shared.next_step import show_next_step, train_or
from pages.shared.refreshed import refreshed

REFRESH_SECONDS = 2.0
IDLE_REFRESH_SECONDS = 5.0
"""Where runs of others are shown, which may begin at any time."""


def show_deleted_runs() -> None:
    """Say whose runs were deleted to make room in the last day, if any were."""
    if words := retention_notice(services.store()):
        show_info(words, ":material/inventory_2:")


def show_runs() -> None:
    """Draw the ledger, what can be done with the ticked runs, and the plots."""
    everything = services.all_runs()
    runs = {run.id: run for run in choose_owner(everything.runs)}
    offer_undo()
    if not runs:
        show_empty_state(not everything.runs)
        return
    frame, baseline = rows_and_baseline(everything, runs)
    filtered, shown = choose_rows(frame)
    view = current_view.current()
    show_common_settings(shown, view)
    show_baseline(everything.frame)
    if shown.empty:
        st.info("No run meets the filter.", icon=":material/filter_alt:")
        return
    chosen = show_table(shown, baseline, runs, view)
    current_view.change(runs=tuple(chosen))
    show_actions([runs[run] for run in chosen], shown)
    show_comparison([runs[run] for run in chosen], shown.loc[chosen])
    show_plots(filtered, shown, chosen)


def rows_and_baseline(everything: services.AllRuns, runs: Mapping[int, Run]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of some runs, and that of the view's baseline, which may be another run; it may be missing.

    They have the accuracies on the drawings of the visit's class.
    """
    baseline = {run.id: run for run in everything.runs if run.id == current_view.current().baseline}
    both = {**runs, **baseline}
    with st.spinner(READING):
        frame = with_class_column(everything.frame.loc[list(both)], list(both.values()), classroom.mine())
    return frame.loc[list(runs)], frame.loc[list(baseline)]


def show_empty_state(nobody: bool) -> None:
    """Say why there are no runs."""
    mine = current_view.mine()
    text = "You have no runs yet. Train a network on the Train page, and it appears here."
    others = "Nobody has trained anything yet." if nobody else "That person has no runs."
    st.info(text if mine else others, icon=":material/school:")


def refresh_seconds() -> float | None:
    """Return the seconds between refreshes of the runs; None for one's own as long as nobody trains."""
    if services.store().active_runs():
        return REFRESH_SECONDS
    return None if current_view.mine() else IDLE_REFRESH_SECONDS


def show_live(seconds: float | None) -> None:
    """Draw everything that changes while somebody trains. `seconds` is how often this happens."""
    with user_errors():
        show_runs()
        if seconds != refresh_seconds():
            st.rerun()  # the whole page, which then refreshes at another pace; last, so that no button's click is lost


show_title("Runs", COMPARE)
st.caption("Every network trained so far, with its settings and its test accuracy.")
with user_errors():
    show_deleted_runs()
    current_view.read_address()
    refreshed(show_live, pace := refresh_seconds(), "runs")(pace)
    show_next_step(train_or("Change one thing, and train again", TRAIN))
