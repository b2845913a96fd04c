"""The ledger's column of how accurately each run reads the drawings of the class, for the page and its CSV file."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.ledger import with_class_accuracies
from mnist_core.runs import Classroom, Run
from pages.shared import services
from pages.shared.class_score import ClassReading, read_class_by_run
from pages.shared.periods import period

_FRESH_SECONDS = 10.0


def with_class_column(frame: pd.DataFrame, runs: Sequence[Run], its_class: Classroom | None) -> pd.DataFrame:
    """Return the rows of some runs with their accuracies on the drawings of a class; as they are for None.

    They are as they were at most 10 seconds ago.
    """
    if its_class is None:
        return frame
    known = _accuracies(services.store().url, its_class.set_id, period(_FRESH_SECONDS))
    missing = [run for run in runs if run.state.ended and (run.id, run.step) not in known]
    if missing:
        readings = read_class_by_run(its_class, missing)
        known.update({(run.id, run.step): _share(readings.get(run.id)) for run in missing})
    return with_class_accuracies(frame, {run.id: known.get((run.id, run.step), math.nan) for run in runs})


def _share(reading: ClassReading | None) -> float:
    """Return the share of drawings that are read correctly; NaN without any."""
    return float(reading.right.mean()) if reading and len(reading.drawings) else math.nan


@st.cache_resource(max_entries=2, show_spinner=False)
def _accuracies(url: str, set_id: int, period: int) -> dict[tuple[int, int], float]:
    """Return the accuracies so far, by run and step, which all visits share and add to."""
    return {}
