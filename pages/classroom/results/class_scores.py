"""How each run of a class reads the class's own drawings, for the rankings: by writers that it has never seen."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import streamlit as st

from mnist_core.errors import UserError
from mnist_core.rankings.by_handwriting import ClassScore, held_out_writers
from mnist_core.runs import STARTER, Classroom, Drawings, HandwritingSet, Run
from pages.shared import services
from pages.shared.classroom import classes

MOST_ANCESTORS = 20
"""Networks that were trained on from each other; a longer chain is not followed, and its last run not ranked."""


def class_scores(classroom: Classroom) -> list[ClassScore]:
    """Return the scores of all ended runs of a class that have a network for its drawings."""
    drawings = services.handwriting().drawings(classroom.set_id)
    its_set = next((it for it in services.handwriting().sets() if it.id == classroom.set_id), None)
    if its_set is None or not len(drawings):
        return []
    nicknames = {it.owner: it.nickname for it in classes().students(classroom.id)}
    found = []
    for run in classes().runs(classroom.id):
        if run.state.ended and not run.leased and run.step and run.owner in nicknames:
            with suppress(UserError):  # no network, or none that can be read
                score = _score(run, nicknames[run.owner], drawings, its_set)
                found += [score] if score else []
    return found


def _score(run: Run, nickname: str, drawings: Drawings, its_set: HandwritingSet) -> ClassScore | None:
    info = services.dataset_store().info(run.dataset_sha256)
    if tuple(info.class_names) != tuple(its_set.class_names):
        return None
    learned = _learned(run)
    if learned is None:
        return None
    right, number = _read(run.id, services.network(run.id).step, drawings.version, run, drawings, learned)
    parameters = run.architecture(len(its_set.class_names)).parameters
    return ClassScore(run.id, nickname, right, number, parameters)


@st.cache_data(max_entries=2048, show_spinner=False)
def _read(
    run_id: int,
    step: int,
    version: tuple[tuple[int, ...], bytes],
    _run: Run,
    _drawings: Drawings,
    _learned: frozenset[bytes],
) -> tuple[int, int]:
    known = np.array([image.tobytes() in _learned for image in _drawings.images], dtype=bool)
    counted = held_out_writers(_drawings.owners, known)
    if not counted.any():
        return 0, 0
    read = services.network(run_id).network.predict(_drawings.images[counted]).argmax(axis=1)
    return int((read == _drawings.labels[counted]).sum()), int(counted.sum())


def _learned(run: Run) -> frozenset[bytes] | None:
    """Return the drawings that a run and those that it continues have learned from; None if one of them is gone."""
    learned = services.drawings_in(run.dataset_sha256)
    for _ in range(MOST_ANCESTORS):
        if run.parent is None or run.parent.id == STARTER:
            return learned
        run = services.store().run(run.parent.id)
        learned |= services.drawings_in(run.dataset_sha256)
    return None
