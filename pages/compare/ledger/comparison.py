"""Two to twenty ticked runs side by side: what differs, whether it matters, their curves and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from mnist_core.charts.run_comparison import RunCurve, View, compared_curves
from mnist_core.ledger import RunResult, compare, settings_side_by_side
from mnist_core.ledger.settings_comparison import difference_sentence, distinguishing_names
from mnist_core.ledger.significance import verdict_sentence
from mnist_core.ledger.view_state import AXES, MEASURES, MOST_SMOOTHING
from mnist_core.runs import BulkOperations, Run
from mnist_core.text.escape import clean, sentence_for_markdown
from pages.compare.ledger import current_view
from pages.components.plot.plot import plot
from pages.shared import services
from pages.shared.run_result import result_of

MOST_COMPARED = 20
LONGEST_IN_LEGEND = 40
"""Characters; more would leave no room for the curves."""
_MEASURE_WORDS = {name: name.replace("_", " ").capitalize() for name in MEASURES}
_MEASURE_WORDS |= {"accuracy": "Training accuracy, mean of the epoch", "loss": "Training loss, mean of the epoch"}
_AXIS_WORDS = dict(zip(AXES, ("Epochs", "Steps", "Seconds"), strict=True))
_HOW = (
    "The networks are compared image by image on the test set (McNemar's exact test, at 5 %, with Holm's correction "
    "for several runs). This shows whether they differ on these images by more than chance; other seeds give other "
    "networks."
)


def show_comparison(runs: Sequence[Run], frame: pd.DataFrame) -> None:
    """Draw the comparison of the ticked runs, whose rows `frame` holds; nothing for fewer than two."""
    if len(runs) < 2:
        return
    st.header("Compared", anchor=False)
    if len(runs) > MOST_COMPARED:
        st.info(f"{len(runs)} runs are ticked. Curves are shown for at most {MOST_COMPARED}.")
        return
    st.markdown(sentence_for_markdown(f"{difference_sentence(frame)} {_verdict(runs)}"), help=_HOW)
    _show_curves(runs, distinguishing_names(frame))
    with st.expander("Settings side by side"):
        st.dataframe(settings_side_by_side(frame), width="stretch", alt="Settings side by side")


def _verdict(runs: Sequence[Run]) -> str:
    if len({run.dataset_sha256 for run in runs}) > 1:
        return "They were tested with different images, so their accuracies cannot be compared."
    results = [it for it in map(result_of, runs) if it is not None]
    if len(results) > 1:
        verdict = compare(results)
        how = "" if verdict.exact else " Some networks are not available, so only the accuracies were compared."
        return verdict_sentence(verdict) + how
    by_validation = [
        RunResult(run.id, run.validation_accuracy, run.config.validation_images)
        for run in runs
        if run.validation_accuracy is not None
    ]
    if len(by_validation) > 1:
        return verdict_sentence(compare(by_validation), "validation images")
    return "They can be ranked once two of them have finished an epoch."


def _choose_curves() -> View:
    """Draw the controls of the curves, and return how the curves are drawn."""
    view = current_view.current()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.selectbox(
            "Curve",
            MEASURES,
            MEASURES.index(view.measure),
            key=current_view.key("measure"),
            format_func=_MEASURE_WORDS.__getitem__,
            width=200,
        )
        over = st.segmented_control(
            "Over",
            AXES,
            default=view.over,
            required=True,
            key=current_view.key("over"),
            format_func=_AXIS_WORDS.__getitem__,
        )
        smooth = st.slider(
            "Smoothing",
            0.0,
            MOST_SMOOTHING,
            view.smooth,
            step=0.05,
            key=current_view.key("smooth"),
            width=200,
            help="How much each point keeps of the points before it (exponential moving average).",
        )
        log = st.toggle(
            "Log scale",
            view.log,
            key=current_view.key("log"),
            help="Accuracies are then drawn as error rates, so that 98 % and 99 % are far apart.",
        )
    chosen = View(measure, over or "epochs", smooth, log)
    current_view.change(**chosen._asdict())
    return chosen


def _show_curves(runs: Sequence[Run], names: Mapping[int, str]) -> None:
    view = _choose_curves()
    histories = BulkOperations(services.store()).histories([run.id for run in runs])
    curves = [
        RunCurve(clean(names[run.id], LONGEST_IN_LEGEND), histories[run.id], run.seconds)
        for run in runs
        if run.id in histories
    ]
    chart = compared_curves(curves, view)
    plot(chart.figure, key="compared_curves", summary=chart.summary, height=420)
    if view.over == "seconds" and any(_untimed(curve) for curve in curves):
        st.caption("Some of these runs were trained before times were recorded: their curves assume a steady speed.")


def _untimed(curve: RunCurve) -> bool:
    return any(point.seconds is None for point in curve.history.points)
