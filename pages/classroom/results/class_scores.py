"""How each run of a class reads the class's own drawings, for the rankings: by writers that it has never seen."""

from __future__ import annotations

from contextlib import suppress

from mnist_core.errors import UserError
from mnist_core.rankings.by_handwriting import ClassScore
from mnist_core.runs import Classroom, Run
from pages.shared import services
from pages.shared.class_score import read_class, tells_its_classes_apart
from pages.shared.classroom import classes


def class_scores(classroom: Classroom) -> list[ClassScore]:
    """Return the scores of all ended runs of a class that have a network for its drawings."""
    nicknames = {it.owner: it.nickname for it in classes().students(classroom.id)}
    found = []
    for run in classes().runs(classroom.id):
        if run.state.ended and not run.leased and run.step and run.owner in nicknames:
            with suppress(UserError):  # no network, or none that can be read
                if tells_its_classes_apart(classroom, run):
                    found.append(_score(classroom, run, nicknames[run.owner]))
    return found


def _score(classroom: Classroom, run: Run, nickname: str) -> ClassScore:
    reading = read_class(classroom, run)
    info = services.dataset_store().info(run.dataset_sha256)
    parameters = run.architecture(info.classes).parameters
    return ClassScore(run.id, nickname, int(reading.right.sum()), len(reading.drawings), parameters)
