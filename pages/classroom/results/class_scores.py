"""How each run of a class reads the class's own drawings, for the rankings: by writers that it has never seen."""

from __future__ import annotations

from mnist_core.rankings.by_handwriting import ClassScore
from mnist_core.runs import Classroom, Run
from pages.shared import services
from pages.shared.class_score import ClassReading, read_class_by_run
from pages.shared.classroom import classes


def class_scores(classroom: Classroom) -> list[ClassScore]:
    """Return the scores of all ended runs of a class that have a network for its drawings."""
    nicknames = {it.owner: it.nickname for it in classes().students(classroom.id)}
    runs = {run.id: run for run in classes().runs(classroom.id) if run.owner in nicknames}
    return [
        _score(runs[number], nicknames[runs[number].owner], reading)
        for number, reading in read_class_by_run(classroom, runs.values()).items()
    ]


def _score(run: Run, nickname: str, reading: ClassReading) -> ClassScore:
    info = services.dataset_of(run)
    parameters = run.architecture(info.classes).parameters
    return ClassScore(run.id, nickname, int(reading.right.sum()), len(reading.drawings), parameters)
