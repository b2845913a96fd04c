"""Updates of a run in training: progress, metrics and learning curves."""

from __future__ import annotations

import json
import time
from typing import Any

import streamlit as st

from mnist_core.charts.figure import Chart
from mnist_core.charts.learning_curve import Curve, learning_curves
from mnist_core.charts.learning_rate import learning_rate_curve
from mnist_core.config import TrainConfig
from mnist_core.diagnosis.comparison_with_earlier_run import earlier_label
from mnist_core.estimate import about, duration_in_words
from mnist_core.runs import Failure, History, Run, State
from mnist_core.text.sentence import sentence
from mnist_core.text.translation import translated
from mnist_core.text.words import percent
from pages.components.plot.figure_language import figure_json
from pages.shared import estimates, services
from pages.train.earlier_run import earlier_run
from pages.train.experiments.started_experiments import chart_as_json, experiment_of
from pages.train.status import badge_of, notice_of
from pages.visit.language import _, current_language

POLL_SECONDS = 0.48
"""About twice a second."""
START_POLL_SECONDS = 0.15
"""Until the first step."""
SHORT_WAIT = 5.0
"""Seconds; a run that nobody has begun by then is in a queue."""
CROWDED_RUNS_PER_WORKER = 4.0
"""From more runs a worker than this on, a run trains for a quarter of the time, and need not be looked at as often."""
CROWDED_POLL_SECONDS = 1.5
PAUSED_POLL_SECONDS = 2.0


def update_of(run: Run) -> dict[str, Any]:
    """Return what progress.js shows of a run, to be sent as JSON.

    `at`: when it was so, in seconds by the database's clock; `page`: what the rest of the page is drawn from, which is
    out of date when this is another; `pace`: after how many seconds to ask again, None for never; `fraction`: of the
    training, 0 to 1; `no_numbers`: whether the numbers mean nothing, so that a notice may take their place; all others
    are to be shown.
    """
    notice = notice_of(run)
    return {
        "at": run.updated_at,
        "page": _page_version(run),
        "pace": _poll_seconds(run),
        "fraction": run.fraction,
        "no_numbers": run.step == 0 or run.failure is Failure.DIVERGED,
        "words": _progress_text(run),
        "notice": notice._asdict() if notice else None,
        "numbers": [
            *_training_numbers(run),
            percent(run.test_accuracy),
            decimal(run.test_loss),
        ],
        "validation": _validation_text(run) if run.config.validation_images else "",
    }


def curves_as_json(run: Run) -> dict[str, dict[str, Any]]:
    """Return the learning curves of a run for plot.js: by the key of the plot, its figure as JSON and its summary.

    They are accuracy, loss and, if it changes, the learning rate. Shared by all visits: not to be changed.
    """
    earlier = earlier_run(run)
    return _curves_as_json(*_version(run), *_version(earlier), current_language(), run, earlier)


def charts_as_json(run: Run) -> dict[str, dict[str, Any]]:
    """Return the same with the chart of the experiment that the run belongs to, if it does."""
    found = experiment_of(run)
    return curves_as_json(run) | chart_as_json(found) if found else curves_as_json(run)


def decimal(value: float | None) -> str:
    """Write a loss, or a dash where there is none yet."""
    return "–" if value is None or value != value else f"{value:.4f}"


def _page_version(run: Run) -> str:
    found = experiment_of(run)
    others = [it.id for it in found.runs if it.state.ended and not it.leased] if found else []
    at_rest = run.state.ended and not run.leased
    return json.dumps([badge_of(run), run.name, run.config.epochs, at_rest, *others])


def _training_numbers(run: Run) -> tuple[str, str]:
    """Return training accuracy and loss: the running means, and in the end what the network reads."""
    reading = services.reading(run)
    loss, accuracy = reading.training if reading else (run.loss, run.accuracy)
    return percent(accuracy), decimal(loss)


def _poll_seconds(run: Run) -> float | None:
    """Return after how many seconds to look at the run again; one at rest may be resumed in another browser."""
    found = experiment_of(run)
    others_train = found is not None and any(it.state is State.ACTIVE or it.leased for it in found.runs)
    if run.state is State.ACTIVE or run.leased or others_train:
        if estimates.runs_per_worker() > CROWDED_RUNS_PER_WORKER:
            return CROWDED_POLL_SECONDS
        begins = (
            run.state is State.ACTIVE and run.step == 0 and (run.leased or time.time() - run.updated_at < SHORT_WAIT)
        )
        return START_POLL_SECONDS if begins else POLL_SECONDS
    waiting = run.state is State.PAUSED or (found is not None and not found.ended)
    return PAUSED_POLL_SECONDS if waiting else None


def _progress_text(run: Run) -> str:
    place = {"epoch": run.epoch, "epochs": run.config.epochs, "step": run.step, "steps": run.steps}
    words = _("Epoch {epoch} of {epochs} · step {step:,} of {steps:,}", **place)
    if run.kept_weights:
        kept = _(run.kept_weights)
        words = kept[:1].upper() + kept[1:]
    if run.state is State.ACTIVE:
        left = about(estimates.seconds_left(run), at_most=run.config.patience > 0)
        words += " · " + _("{duration} left", duration=left)
    elif run.step:
        words += " · " + _("{duration} of training", duration=duration_in_words(run.seconds))
    return words


def _validation_text(run: Run) -> str:
    """Say how well the held-out images are read, and why a trial of a sweep has no test accuracy."""
    if run.validation_accuracy is not None and run.validation_loss is not None:
        accuracy = percent(run.validation_accuracy)
        found = _("accuracy {accuracy}, loss {loss:.4f}", accuracy=accuracy, loss=run.validation_loss)
    else:
        found = _("not tested yet")
    images = run.config.validation_images
    text = _("{number:,} validation images, held out from training: {found}.", number=images, found=found)
    if run.sweep_id is not None and run.test_accuracy is None:
        text += " " + _(
            "Sweep {sweep} ranks its settings by these; only the winner is tested, at the end.", sweep=run.sweep_id
        )
    return text


def _kept_epoch(run: Run) -> int | None:
    """Return the epoch whose weights early stopping has kept in the end."""
    return run.kept_epoch if run.kept_weights else None


# Until it is updated, a run has the same curves for everybody. Where many train, most look at one that waits for its
# next turn. Streamlit does not hash arguments with an underscore: that of two whole runs takes longer than a chart.


def _version(run: Run | None) -> tuple[int, float]:
    """Return what tells a run as it is from any other; anything that changes it gives it another time."""
    return (run.id, run.updated_at) if run else (0, 0.0)


@st.cache_resource(max_entries=64, show_spinner=False)
def _curves_as_json(
    run_id: int,
    updated_at: float,
    earlier_id: int,
    earlier_updated_at: float,
    language: str,
    _run: Run,
    _earlier: Run | None,
) -> dict[str, dict[str, Any]]:
    return {
        key: {"figure": figure_json(chart.figure, language), "summary": translated(chart.summary, language)}
        for key, chart in _charts(_run, _earlier).items()
    }


def _charts(run: Run, earlier: Run | None) -> dict[str, Chart]:
    history, config = services.history(run.id, run.updated_at), run.config
    curve = _curve(sentence("Run {run}", run=run.id), history)._replace(kept_epoch=_kept_epoch(run))
    behind = None
    if earlier:
        behind = _curve(earlier_label(earlier, config), services.history(earlier.id, earlier.updated_at))
    loss, accuracy = learning_curves([curve], config.epochs, behind)
    charts = {f"accuracy_{run.id}": accuracy, f"loss_{run.id}": loss}
    if config.schedule != TrainConfig.schedule:
        charts[f"rate_{run.id}"] = learning_rate_curve(*history.learning_rates, config)
    return charts


def _curve(name: str, history: History) -> Curve:
    tested, validated = history.tested, history.validated
    return Curve(
        name,
        history.epochs,
        history.column("loss"),
        history.column("accuracy"),
        [point.step / history.steps_per_epoch for point in tested],
        [point.test_loss for point in tested if point.test_loss is not None],
        [point.test_accuracy for point in tested if point.test_accuracy is not None],
        [point.step / history.steps_per_epoch for point in validated],
        [point.validation_loss for point in validated if point.validation_loss is not None],
        [point.validation_accuracy for point in validated if point.validation_accuracy is not None],
    )


def update_address(run_id: int) -> str:
    """Return the address of a run's updates, relative to the app's own."""
    return f"news/{run_id}"
