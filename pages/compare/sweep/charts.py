"""Charts of a sweep: validation accuracy by one or two settings, and the importance of each."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs.sweeps.records import Sweep
from mnist_core.search.space import label
from mnist_core.sweeps.results import chart_of_importance, chart_of_one, chart_of_two
from mnist_core.sweeps.trials import Trial
from pages.components.plot.plot import plot


def show_charts(sweep: Sweep, trials: list[Trial]) -> None:
    names = list(sweep.plan.space.names)
    if not any(trial.complete for trial in trials):
        return
    if len(names) == 1:
        chart = chart_of_one(sweep, trials, names[0])
        plot(chart.figure, key=f"sweep_one_{sweep.id}", summary=chart.summary, height=320)
        st.caption(chart.summary)
        return
    _show_two(sweep, trials, names)
    if sweep.importance:
        _show_importance(sweep)


def _show_two(sweep: Sweep, trials: list[Trial], names: list[str]) -> None:
    """Draw the accuracy over two of the settings that vary, which people choose if there are more."""
    st.markdown("### Validation accuracy by two settings")
    across, down = names[0], names[1]
    if len(names) > 2:
        left, right = st.columns(2)
        across = left.selectbox("Across", names, 0, format_func=label, key=f"across_{sweep.id}")
        others = [name for name in names if name != across]
        down = right.selectbox("Down", others, 0, format_func=label, key=f"down_{sweep.id}")
    chart = chart_of_two(sweep, trials, across, down)
    plot(chart.figure, key=f"sweep_two_{sweep.id}", summary=chart.summary, height=360)
    st.caption(chart.summary)


def _show_importance(sweep: Sweep) -> None:
    st.markdown(
        "### What mattered",
        help="How much of the differences in validation accuracy each setting explains. With few settings tried, "
        "this is a rough guess.",
    )
    bars = chart_of_importance(sweep)
    plot(bars.figure, key=f"importance_{sweep.id}", summary=bars.summary, height=80 + 40 * len(sweep.importance))
