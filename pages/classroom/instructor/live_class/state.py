"""What an instructor sees of a class, live: the curves of its runs, the runs, and where its students are."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NamedTuple

import streamlit as st

from mnist_core.charts.class_curves import ClassCurve, class_curves
from mnist_core.charts.figure import Chart
from mnist_core.ledger.settings_comparison import distinguishing_names
from mnist_core.ledger.table import frame_of
from mnist_core.lessons.lesson_files import lessons
from mnist_core.runs import Classroom, LessonProgress, Run, State, Student
from mnist_core.runs.lesson_progress import Whereabouts
from mnist_core.text.escape import clean
from mnist_core.text.words import percent
from pages.components.plot.figure_language import figure_json
from pages.shared import services
from pages.shared.classroom import classes
from pages.shared.periods import period
from pages.visit.language import _, current_language, ngettext

CURVES = "class_curves"
"""The key of the plot."""
MOST_RUNS = 60
"""The newest runs that are drawn and listed: a workshop of forty that trains twice would fill any screen."""
HERE_SECONDS = 90.0
"""A student who was seen so long ago is there now: pages tell the server once a minute that they are open."""
FRESH_SECONDS = 1.0


def class_as_json(classroom: Classroom) -> bytes:
    """Return what class.js shows. Several screens may ask: it is put together once a second."""
    return _as_json(services.store().url, classroom.id, current_language(), period(FRESH_SECONDS), classroom)


@st.cache_resource(max_entries=8, show_spinner=False)
def _as_json(url: str, class_id: int, language: str, period: int, _classroom: Classroom) -> bytes:
    chart, tables = state_of(_classroom)
    drawn = {"figure": figure_json(chart.figure, language), "summary": _(chart.summary)}
    return json.dumps({"chart": drawn, "tables": tables}).encode()


class ClassState(NamedTuple):
    """The curves, and the tables as JSON: `runs`, `students`, and `words` that sum both up."""

    chart: Chart
    tables: dict[str, Any]


def state_of(classroom: Classroom) -> ClassState:
    """Return what is known of a class now."""
    its_runs = classes().runs(classroom.id)
    students = classes().students(classroom.id)
    nicknames = {it.owner: it.nickname for it in students}
    runs = its_runs[:MOST_RUNS]
    names = _names(runs, nicknames)
    tables = {
        "runs": [_run(run, names[run.id]) for run in runs],
        "students": _students(classroom, students, Counter(run.owner for run in its_runs)),
        "words": _in_words(its_runs, students),
    }
    return ClassState(_curves(runs, names), tables)


def _curves(runs: list[Run], names: dict[int, str]) -> Chart:
    curves = []
    for run in runs:
        history = services.history(run.id, run.updated_at)
        tested = history.tested
        epochs = [point.step / history.steps_per_epoch for point in tested]
        accuracies = [float(point.test_accuracy or 0) for point in tested]
        curves.append(ClassCurve(names[run.id], epochs, accuracies, run.state is not State.FAILED))
    return class_curves(curves, max((run.config.epochs for run in runs), default=5))


def _names(runs: list[Run], nicknames: dict[str, str]) -> dict[int, str]:
    """Return whose each run is and what distinguishes it; its number only where somebody has two that are alike."""
    readable = [run for run in runs if run.state is not State.DAMAGED]
    differ = {run.id: _("Run {run}", run=run.id) for run in runs}
    differ |= distinguishing_names(frame_of(readable, {})) if readable else {}
    long = {run.id: f"{nicknames.get(run.owner) or run.nickname}: {differ[run.id]}" for run in runs}
    short = {number: name.removesuffix(f", run {number}") for number, name in long.items()}
    count = Counter(short.values())
    return {number: name if count[name] == 1 else long[number] for number, name in short.items()}


def _run(run: Run, name: str) -> dict[str, Any]:
    epoch = _("Epoch {epoch} of {epochs}", epoch=run.epoch, epochs=run.config.epochs)
    return {
        "id": run.id,
        "name": clean(name),
        "accuracy": percent(run.test_accuracy),
        "state": epoch if run.state is State.ACTIVE and run.step else _(run.status),
        "active": run.state is State.ACTIVE,
        "paused": run.state is State.PAUSED,
    }


def _students(classroom: Classroom, students: list[Student], runs: Counter[str]) -> list[dict[str, Any]]:
    where = LessonProgress(services.store()).whereabouts([it.owner for it in students], classroom.opened_at)
    drawings = services.handwriting().counts(classroom.set_id)
    now = services.store().now()
    return [
        {
            "nickname": it.nickname,
            "lesson": _lesson(where.get(it.owner)),
            "runs": runs[it.owner],
            "drawings": drawings.get(it.owner, 0),
            "seen": _seen(now - it.seen_at),
            "here": now - it.seen_at < HERE_SECONDS,
        }
        for it in students
    ]


def _lesson(where: Whereabouts | None) -> str:
    if where is None:
        return ""
    lesson = lessons(current_language()).get(where.lesson)
    if lesson is None:  # an exercise, or a lesson that is no longer there
        return _("Exercise")
    steps = len(lesson.steps)
    place = _("step {step} of {steps}", step=min(where.step, steps), steps=steps)
    done = _("{number} done", number=where.done)
    return f"{lesson.title} · {place} · {done}"


def _seen(seconds: float) -> str:
    if seconds < HERE_SECONDS:
        return _("now")
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{minutes} min ago", minutes=minutes)
    return _("{hours} h ago", hours=round(minutes / 60))


def _in_words(runs: list[Run], students: list[Student]) -> str:
    training = sum(run.state is State.ACTIVE for run in runs)
    people = ngettext("{number} student", "{number} students", len(students))
    count = ngettext("{number} run", "{number} runs", len(runs))
    words = _("{people}, {runs}; {training} in training or waiting.", people=people, runs=count, training=training)
    if len(runs) > MOST_RUNS:
        words += " " + _("The newest {number} are shown.", number=MOST_RUNS)
    return words
