"""Teaching a network the drawings of a handwriting set."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import HandwritingSet, Run
from pages.shared.teaching import fine_tuning_of, teach_button


def offer_to_teach(which: HandwritingSet, run: Run | None) -> None:
    """Draw the button that teaches the set to a run if it can learn it, else to the starter network."""
    started = teach_button(_pupil(which, run), which, key=f"teach_{which.id}")
    if started:
        st.switch_page("train/page.py", query_params={"run": str(started)})


def _pupil(which: HandwritingSet, run: Run | None) -> Run | None:
    try:
        fine_tuning_of(run, which)
    except UserError:
        return None
    return run
