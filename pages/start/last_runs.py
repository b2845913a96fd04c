"""The last runs of this browser, each a link to it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.runs import Run, State
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent
from pages.navigation import COMPARE, TRAIN
from pages.shared.current_run import run_title

MOST_SHOWN = 4


def show_last_runs(runs: Sequence[Run]) -> None:
    """Draw a link to each of the newest of these runs, of which there is at least one."""
    with st.container(key="last_runs", gap="xxsmall"):
        st.markdown("## Your last runs")
        for run in runs[:MOST_SHOWN]:
            label, address = f"{for_markdown(run_title(run))} · {_result(run)}", {"run": str(run.id)}
            st.page_link(TRAIN.views[0].script, label=label, icon=TRAIN.icon, query_params=address)
        if len(runs) > MOST_SHOWN:
            st.page_link(COMPARE.views[0].script, label=f"All {len(runs):,} runs", icon=COMPARE.icon)


def _result(run: Run) -> str:
    """Return the accuracy of a run that ended as its owner wanted, and the status of any other."""
    if run.test_accuracy is None or run.state not in (State.FINISHED, State.STOPPED):
        return run.status
    return f"{percent(run.test_accuracy)} on the test images"
