"""Plots of all runs in the table: accuracy against a setting, parameters or time, and parallel coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mnist_core.charts.accuracy_by_cost import accuracy_against_cost
from mnist_core.charts.accuracy_by_setting import accuracy_against
from mnist_core.charts.parallel_axes import brushes_of, parallel_coordinates
from mnist_core.ledger import column, differing_settings, judged_by
from mnist_core.ledger.columns import SETTING_COLUMNS
from mnist_core.ledger.view_state import PLOTS
from mnist_core.text.escape import sentence_for_markdown
from mnist_core.text.words import in_sentence
from pages.compare.ledger import current_view
from pages.components.plot.plot import plot

FEWEST_RUNS = 2
MOST_AXES = 7
PIXELS_AN_AXIS = 95
"""With less, labels would overlap."""
_WORDS = dict(zip(PLOTS, ("A setting", "All settings", "Parameters", "Time"), strict=True))


def show_plots(filtered: pd.DataFrame, shown: pd.DataFrame, marked: Sequence[int]) -> None:
    """Draw the chosen plot of the runs in the table (`shown`); brushing has all that the filter keeps (`filtered`)."""
    if filtered[judged_by(filtered)].notna().sum() < FEWEST_RUNS:
        return
    st.header("Accuracy against …", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Accuracy against",
            PLOTS,
            default=current_view.current().plot,
            required=True,
            key=current_view.key("plot"),
            format_func=_WORDS.__getitem__,
            label_visibility="collapsed",
        )
        current_view.change(plot=kind or "setting")
        setting = _choose_setting(filtered) if kind == "setting" else ""
    _show_missing(filtered if kind == "coordinates" else shown)
    if kind == "coordinates":
        _show_coordinates(filtered)
        return
    with st.container():
        _show_scatter(shown, setting, kind or "parameters", marked)


def _show_scatter(shown: pd.DataFrame, setting: str, cost: str, marked: Sequence[int]) -> None:
    """Draw accuracy against a setting or, without one, against a cost: "parameters" or "seconds"."""
    chart = accuracy_against(shown, setting, marked) if setting else accuracy_against_cost(shown, cost, marked)
    plot(chart.figure, key=f"runs_against_{'setting' if setting else cost}", summary=chart.summary, height=380)
    if setting:
        st.caption(sentence_for_markdown(chart.summary))


def _show_missing(frame: pd.DataFrame) -> None:
    """Say how many of the runs the plot leaves out, because they lack the accuracy that it shows."""
    judge = judged_by(frame)
    count = int(frame[judge].isna().sum())
    if count:
        which = "1 run is" if count == 1 else f"{count:,} runs are"
        more = (
            " The filter `validation images = 0` leaves those with a test accuracy." if judge != "test_accuracy" else ""
        )
        st.caption(f"{which} not in the plot: no {in_sentence(column(judge).label)}.{more}")


def _choose_setting(frame: pd.DataFrame) -> str:
    """Let people choose a setting; those that differ come first, and the first of them is chosen from the start."""
    differing = differing_settings(frame)
    names = [*differing, *(item.name for item in SETTING_COLUMNS if item.name not in differing)]
    asked = current_view.current().against
    picked = st.selectbox(
        "Setting",
        names,
        names.index(asked) if asked in names else 0,
        key=current_view.key("against"),
        format_func=lambda name: column(name).label,
        label_visibility="collapsed",
        width=220,
    )
    current_view.change(against="" if picked == names[0] else picked)
    return picked


def _show_coordinates(frame: pd.DataFrame) -> None:
    """Draw all runs that the filter keeps; what is brushed here narrows the table, and the plot keeps showing all."""
    names = [name for name in differing_settings(frame) if name != "seed"][: MOST_AXES - 2]
    names += ["parameters" if frame["parameters"].nunique() > 1 else "seconds", judged_by(frame)]

    def brush(ranges: list[Any]) -> None:
        current_view.change(brush=brushes_of(frame, names, ranges))

    width = PIXELS_AN_AXIS * len(names)
    chart = parallel_coordinates(frame, names, current_view.current().brush)
    plot(chart.figure, key="parallel_coordinates", summary=chart.summary, height=420, on_brush=brush, min_width=width)
    st.caption("Drag along an axis to keep only the runs in that range, in the table too; click the axis to undo it.")
