"""The table of all settings that a sweep has tried."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs.sweeps.records import Sweep
from mnist_core.sweeps.results import as_table
from mnist_core.sweeps.trials import Trial


def show_settings(_sweep: Sweep, trials: list[Trial]) -> None:
    if not trials:
        st.caption("No run has begun yet.")
        return
    st.markdown("### All settings")
    in_percent = st.column_config.NumberColumn(format="%.2f %%")
    st.dataframe(
        as_table(trials),
        hide_index=True,
        width="stretch",
        column_config={
            "Rank": st.column_config.NumberColumn(width="small"),
            "Validation accuracy": in_percent,
            "± over seeds": in_percent,
            "Seconds": st.column_config.NumberColumn(format="%.1f", help="Time spent training"),
            "Run": st.column_config.LinkColumn(display_text=r"run=(\d+)", help="Opens the (first) run in a new tab"),
        },
    )
