"""The earlier run whose curves are drawn behind those of the page's run as thin lines, and what differs from it."""

from __future__ import annotations

from collections.abc import Iterator

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
"""How long it is kept which run that is: pages ask twice a second."""


def earlier_run(run: Run) -> Run | None:
    """Return the run to compare with: the newest that its owner has pinned, else their last finished one before it.

    It has read the same images. None for runs of experiments and sweeps, which are compared with each other.
    """
    if run.sweep_id is not None or run.imported or experiment_of(run):
        return None
    number = _earlier(run.id, run.owner, run.dataset_sha256, period(KEPT_SECONDS))
    found = services.store().run(number) if number is not None else None
    return found if found and found.deleted_at is None and found.state is State.FINISHED else None


@st.cache_resource(max_entries=1024, show_spinner=False)
def _earlier(run_id: int, owner: str, sha256: str, period: int) -> int | None:
    runs = list(_candidates(run_id, owner, sha256))
    pinned = [it.id for it in runs if it.pinned]
    before = [it.id for it in runs if it.id < run_id]
    return next(iter(pinned or before), None)


def _candidates(run_id: int, owner: str, sha256: str) -> Iterator[Run]:
    for run in services.store().runs(owner):
        finished = run.state is State.FINISHED and not run.imported and run.sweep_id is None
        if finished and run.id != run_id and run.dataset_sha256 == sha256:
            yield run


def show_change(run: Run) -> None:
    """Say what differs from the earlier run, and whether it made a difference, unless a hint says that already."""
    earlier = earlier_run(run)
    if earlier is None:
        return
    hinted = any(f"run {earlier.id}" in hint.text for hint in hints_of(run))
    finished = run.state is State.FINISHED and not run.leased and not hinted
    results = (result_of(run), result_of(earlier)) if finished else (None, None)
    st.caption(sentence_for_markdown(change_sentence(run, earlier, *results)))
