"""The Sweeps page: progress, best setting, charts and table of a sweep."""

import streamlit as st

from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.sweeps.trials import trials_of
from pages.compare.sweep.best_setting import show_best
from pages.compare.sweep.charts import show_charts
from pages.compare.sweep.controls import show_controls
from pages.compare.sweep.heading import COLOURS, show_heading
from pages.compare.sweep.picker import choose_sweep
from pages.compare.sweep.settings_table import show_settings
from pages.compare.sweep.sweep_progress import show_progress
from pages.navigation import COMPARE, TRAIN, show_title
from pages.shared import services
from pages.shared.messages import show_error, user_errors
from pages.shared.next_step import show_next_step, train_or
from pages.shared.refreshed import refreshed

POLL_SECONDS = 1.0
PAUSED_POLL_SECONDS = 3.0


def poll_seconds(sweep: Sweep) -> float | None:
    if sweep.state is SweepState.PAUSED:
        return PAUSED_POLL_SECONDS
    return POLL_SECONDS if sweep.state is SweepState.ACTIVE else None


def show(sweep_id: int, seconds: float | None) -> None:
    """Draw the present state of a sweep; `seconds` is the interval at which this is repeated, if it is."""
    with user_errors():
        sweep, runs = services.sweeps().sweep_and_runs(sweep_id)
        if sweep.state is SweepState.DAMAGED:
            st.markdown(f"## Sweep {sweep.id} :{COLOURS[sweep.state]}-badge[{sweep.state.word}]")
            show_error(sweep.message)
            return
        trials = trials_of(sweep, runs)
        if sweep.state is SweepState.ACTIVE:
            services.watch_sweep(sweep_id)
        # Each part keeps its place, even if it is empty: a chart that moves in the page would be rebuilt.
        for part in (show_heading, show_progress, show_controls, show_best, show_charts, show_settings):
            with st.container():
                part(sweep, trials)
        if seconds != poll_seconds(sweep):
            st.rerun()  # the whole page, which then polls at the new interval; last, so that no button's click is lost


show_title("Sweeps", COMPARE)
st.caption(
    "Many networks that differ in some settings, ranked by their accuracy on images that none of them learned from."
)
with user_errors():
    chosen = choose_sweep()
    if chosen is None:
        st.info("There are no sweeps yet. On the Train page, press **Start a sweep**.", icon=":material/grid_on:")
    else:
        seconds = poll_seconds(chosen)
        refreshed(show, seconds, "sweep")(chosen.id, seconds)
    show_next_step(train_or("Train one more network", TRAIN))
