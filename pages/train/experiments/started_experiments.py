"""Experiments in the run store: started, and found again by any of their runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from mnist_core.charts.figure import Chart
from mnist_core.charts.run_comparison import RunCurve, View, compared_curves
from mnist_core.errors import UserError
from mnist_core.experiments import Experiment, ExperimentRuns, experiment_tag, find_experiment
from mnist_core.runs import BulkOperations, NewSeed, Run, RunNotFound
from pages.components.plot.figure_language import figure_json
from pages.shared import services
from pages.shared.periods import period
from pages.visit import session
from pages.visit.language import _, current_language

FOUND_AGAIN_SECONDS = 60.0
"""How long the numbers of an experiment's runs are kept; the runs themselves are read each time."""


def start(experiment: Experiment, dataset: str) -> int:
    """Submit the runs of an experiment, and return the number of the first. Raises `UserError` if that cannot be.

    Either all are submitted or none. They share a seed, with which nobody else has trained the settings of the first.
    """
    store, images = services.store(), services.dataset_store().info(dataset)
    for config in experiment.configs:
        config.steps_per_epoch(images.train_images)
    first, *others = experiment.configs
    submit = partial(store.submit, owner=session.owner(), nickname=session.nickname(), dataset=dataset)
    submitted = [submit(first, seed=NewSeed.UNLIKE_OTHERS)]
    try:
        seed = store.run(submitted[0]).config.seed
        for config in others:
            submitted.append(submit(replace(config, seed=seed)))
    except UserError:
        BulkOperations(store).delete(submitted)
        raise
    BulkOperations(store).tag(submitted, add=[experiment_tag(submitted[0])])
    return submitted[0]


def experiment_of(run: Run) -> ExperimentRuns | None:
    """Return the experiment that a run belongs to, if it does and has others."""
    tag = experiment_tag(run)
    return find_experiment(list(_runs(run.owner, tag))) if tag else None


def _runs(owner: str, tag: str) -> Iterator[Run]:
    for number in _numbers(owner, tag, period(FOUND_AGAIN_SECONDS)):
        with suppress(RunNotFound):
            yield services.run(number)


@st.cache_resource(max_entries=256, show_spinner=False)
def _numbers(owner: str, tag: str, period: int) -> list[int]:
    return [run.id for run in services.store().runs(owner) if tag in run.tags]


def chart_of(found: ExperimentRuns) -> tuple[str, Chart, float]:
    """Return the curves of its runs in one chart: the key of the plot, the chart, and when it was so."""
    versions = tuple((run.id, run.updated_at) for run in found.runs)
    return f"experiment_{min(run.id for run in found.runs)}", _chart(versions, found), max(at for _, at in versions)


@st.cache_resource(max_entries=64, show_spinner=False)
def _chart(versions: tuple[tuple[int, float], ...], _found: ExperimentRuns) -> Chart:
    curves = [
        RunCurve(_found.experiment.label(run.config), services.history(run.id, run.updated_at), run.seconds)
        for run in _found.runs
    ]
    return compared_curves(curves, View("test_accuracy"), max(run.config.epochs for run in _found.runs))


def chart_as_json(found: ExperimentRuns) -> dict[str, dict[str, Any]]:
    """Return the same for plot.js."""
    key, chart, at = chart_of(found)
    return {key: {"figure": figure_json(chart.figure, current_language()), "summary": _(chart.summary), "at": at}}
