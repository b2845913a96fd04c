"""The texts beside the curves of an experiment: what to look at, what came out, and links to its other runs."""

from __future__ import annotations

import streamlit as st

from mnist_core.experiments import ExperimentRuns, result_sentence
from mnist_core.runs import Run
from mnist_core.text.words import percent
from pages.components.plot.plot import plot
from pages.shared.run_result import result_of
from pages.train.experiments.started_experiments import chart_of
from pages.visit.language import _


def show_experiment_curves(found: ExperimentRuns) -> None:
    """Draw the curves of all runs in one chart, which goes on with the news of the run that the page shows."""
    key, chart, at = chart_of(found)
    plot(chart.figure, key=key, summary=chart.summary, height="var(--curve-height)", at=at)


def about_experiment(found: ExperimentRuns, shown: Run) -> None:
    """Say what to look at, or what came out once all have ended, and link to the other runs."""
    results = [it for it in map(result_of, found.runs) if it is not None] if found.ended else []
    st.markdown(_(result_sentence(found, results)) or f"{_(found.experiment.title)}. {_(found.experiment.look_at)}")
    with st.container(horizontal=True, gap="small"):
        for run in found.runs:
            if run.id != shown.id:
                label = f"{_(found.experiment.label(run.config))}: {percent(run.test_accuracy)}"
                to_run = {"run": str(run.id)}
                st.page_link("train/page.py", label=label, icon=":material/show_chart:", query_params=to_run)
