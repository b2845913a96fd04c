"""The earlier run whose curves are drawn behind those of the page's run as thin lines, and what differs from it."""

from __future__ import annotations

import streamlit as st

from mnist_core.diagnosis.comparison_with_earlier_run import change_sentence
from mnist_core.runs import Run, State
from mnist_core.text.escape import sentence_for_markdown
from pages.shared import services
from pages.shared.periods import period
from pages.shared.run_result import result_of
from pages.train.experiments.started_experiments import experiment_of
from pages.train.hints.hints_of_run import hints_of

KEPT_SECONDS = 3.0
"""How long that run is kept: pages ask twice a second."""


def earlier_run(run: Run) -> Run | None:
    """Return the run to compare with: the newest that its owner has pinned, else their last finished one before it.

    It has read the same images. None for runs of experiments and sweeps, which are compared with each other.
    """
    if run.sweep_id is not None or run.imported or experiment_of(run):
        return None
    return _earlier(run.id, period(KEPT_SECONDS), run)


@st.cache_resource(max_entries=1024, show_spinner=False)
def _earlier(run_id: int, period: int, _run: Run) -> Run | None:
    return services.store().comparable_run(_run)


def show_change(run: Run) -> None:
    """Say what differs from the earlier run, and whether it made a difference, unless a hint says that already."""
    earlier = earlier_run(run)
    if earlier is None:
        return
    hinted = any(f"run {earlier.id}" in hint.text for hint in hints_of(run))
    finished = run.state is State.FINISHED and not run.leased and not hinted
    results = (result_of(run), result_of(earlier)) if finished else (None, None)
    st.caption(sentence_for_markdown(change_sentence(run, earlier, *results)))
