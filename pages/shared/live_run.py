"""One run, live: how far it is, how well it does, and the buttons that steer it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from mnist_core.charts import Curve, LearningCurves, learning_curves
from mnist_core.config import LIMITS
from mnist_core.engine import trouble
from mnist_core.estimate import about, duration_in_words
from mnist_core.runs import History, Run, State
from pages.shared import estimates, services, session
from pages.shared.handwriting_score import handwriting_scores
from pages.shared.plot import plot
from pages.shared.widgets import Choice, keep_watched, may_change, run_title, user_errors

REFRESH_SECONDS = 0.48
"""Twice a second and a little more; each refresh costs the browser some 150 ms of a processor."""
CROWD = 4.0
"""From more runs a worker than this on, a run trains for a quarter of the time, and need not be looked at as often."""
CROWD_SECONDS = 1.5
PAUSED_SECONDS = 2.0
OVERFITTING_GAP = 0.01
"""From one percentage point between training and test accuracy on, the sentence speaks of overfitting."""

_STATE_WORDS = {
    State.ACTIVE: ("Training", "blue"),
    State.PAUSED: ("Paused", "orange"),
    State.FINISHED: ("Finished", "green"),
    State.STOPPED: ("Stopped", "gray"),
    State.FAILED: ("Failed", "red"),
}


def show_run(run: Run) -> None:
    """Show a run, refreshed while it is active, and make it the one that all pages show."""
    session.look_at(run.id)
    pace = _pace(run)
    st.fragment(_show, run_every=pace)(run.id, pace)


def _pace(run: Run) -> float | None:
    """Return after how many seconds to look at the run again; one at rest may be resumed in another browser."""
    if run.state is State.ACTIVE or run.leased:
        return CROWD_SECONDS if estimates.runs_per_worker() > CROWD else REFRESH_SECONDS
    return PAUSED_SECONDS if run.state is State.PAUSED else None


def _show(run_id: int, pace: float | None) -> None:
    with user_errors():
        run = services.store().run(run_id)
        history = services.history(run_id, run.step)
        if run.state is State.ACTIVE:
            keep_watched("watched", lambda: services.store().watch(run_id))
        # Each part keeps its place, whatever it has to say: a chart that moves in the page is built anew.
        with st.container():
            _heading(run)
        if run.imported:
            _imported(run)
            return
        with st.container():
            _progress(run)
        with st.container():
            _numbers(run)
        with st.container():
            _controls(run)
        with st.container():
            _curves(run)
        if run.state.ended:
            _conclusion(run, history)
        if pace != _pace(run):
            st.rerun()  # the whole page, which then ticks at the new pace; last, so that no button's click is lost


def _heading(run: Run) -> None:
    words, colour = _STATE_WORDS[run.state]
    if run.state is State.ACTIVE and run.step == 0:
        words = "Waiting"
    if run.imported:
        words = "Imported"
    by = f" · by {run.nickname}" if run.nickname and run.owner != session.owner() else ""
    st.markdown(f"#### {run_title(run)} :{colour}-badge[{words}]{by}")
    if run.name:
        st.caption(run.description)
    if run.sweep_id is not None:
        words = "It was stopped early by" if run.pruned else "One of the runs of"
        st.page_link(
            "train/sweep.py",
            label=f"{words} sweep {run.sweep_id}",
            icon=":material/grid_on:",
            query_params={"sweep": str(run.sweep_id)},
        )


def _imported(run: Run) -> None:
    """Say what is known of a network that was trained elsewhere."""
    tested, test_loss = st.columns(2)
    tested.metric("Test accuracy", _percent(run.test_accuracy))
    test_loss.metric("Test loss", _number(run.test_loss))
    st.write("This network was imported. How it was trained is unknown, so there are no curves of it.")
    _on_handwriting(run)
    _link_to_errors(run)


def _progress(run: Run) -> None:
    fraction = min(1.0, run.step / run.steps)
    st.progress(fraction, text=_progress_words(run))
    if run.state is State.FAILED:
        st.error(run.message, icon=":material/error:")
    elif run.state is State.ACTIVE and not run.leased:
        _waiting(run)


def _progress_words(run: Run) -> str:
    words = f"Epoch {run.epoch} of {run.config.epochs} · step {run.step:,} of {run.steps:,}"
    if run.state is State.ACTIVE:
        words += f" · {about(estimates.seconds_left(run))} left"
    elif run.step:
        words += f" · {duration_in_words(run.seconds)} of training"
    return words


def _waiting(run: Run) -> None:
    """Say why an active run is in nobody's hands, and what happens next."""
    workers = services.store().workers()
    if not workers:
        then = "once that is put right." if trouble.text else "as soon as one is back, usually within seconds."
        st.warning(
            f"No worker is alive at the moment, so nothing is trained. Your run is safe and goes on by itself {then}",
            icon=":material/hourglass_empty:",
        )
    elif not any(worker.ready for worker in workers):
        st.info(
            "The workers are warming up, which takes a few seconds. Your run starts by itself.",
            icon=":material/hourglass_top:",
        )
    elif run.step == 0:
        earlier = services.store().queue_place(run.id)
        place = f"{earlier} runs are before it" if earlier > 1 else "one run is before it" if earlier else "it is next"
        st.info(
            f"Your run is in the queue: {place}. You train one run at a time; it starts by itself.",
            icon=":material/hourglass_top:",
        )


def _numbers(run: Run) -> None:
    training, loss, tested, test_loss = st.columns(4)
    training.metric(
        "Training accuracy",
        _percent(run.accuracy),
        help="How many of this epoch's training images were read right so far.",
    )
    loss.metric(
        "Training loss",
        _number(run.loss),
        help="How wrong the network was on average, in this epoch so far. Training makes this small.",
    )
    tested.metric(
        "Test accuracy",
        _percent(run.test_accuracy),
        help="How many of the test images, never trained on, were read right after the last full epoch.",
    )
    test_loss.metric("Test loss", _number(run.test_loss), help="The loss on the test images after the last full epoch.")
    if run.config.validation_images:
        _validation(run)


def _validation(run: Run) -> None:
    """Say how well the held-out images are read, and why a trial of a sweep has no test accuracy."""
    if run.validation_accuracy is not None and run.validation_loss is not None:
        found = f"**{run.validation_accuracy:.2%}** read right, loss {run.validation_loss:.4f}"
    else:
        found = "not read yet"
    text = f"{run.config.validation_images:,} validation images, held out from the training: {found}."
    if run.sweep_id is not None and run.test_accuracy is None:
        text += f" Sweep {run.sweep_id} compares its runs by these; only its winner is tested, at the end."
    st.markdown(text)


def _controls(run: Run) -> None:
    if not may_change(run):
        st.caption("This is somebody else's run: you can watch it, and only they can steer it.")
        return
    store = services.store()
    with st.container(horizontal=True):
        if run.state is State.ACTIVE:
            _action("Pause", ":material/pause:", store.pause, run.id)
        if run.state in (State.PAUSED, State.FAILED):
            _action("Resume", ":material/play_arrow:", store.resume, run.id)
        if not run.state.ended:
            _action("Stop", ":material/stop:", store.stop, run.id)
        longer = run.sweep_id is None and not run.imported and run.config.epochs < LIMITS["epochs"].high
        if run.state is not State.FAILED and longer:
            _action("\\+1 epoch", ":material/add:", store.extend, run.id)


def _action(label: str, icon: str, action: Callable[[int], None], run_id: int) -> None:
    if st.button(label.replace("\\", ""), icon=icon, key=f"{label}_{run_id}"):
        action(run_id)
        st.rerun()


def _curves(run: Run) -> None:
    loss, accuracy = _learning_curves(run.id, run.step, run.config.epochs)
    left, right = st.columns(2)
    with left:
        plot(accuracy.figure, key=f"accuracy_{run.id}", summary=accuracy.summary, height=280)
    with right:
        plot(loss.figure, key=f"loss_{run.id}", summary=loss.summary, height=280)


@st.cache_resource(max_entries=64, show_spinner=False)
def _learning_curves(run_id: int, step: int, epochs: int) -> LearningCurves:
    """Return the charts of a run at `step`: where many train, most look at one that waits for its next turn."""
    return learning_curves([_curve(run_id, services.history(run_id, step))], epochs)


def _curve(run_id: int, history: History) -> Curve:
    tested, validated = history.tested, history.validated
    return Curve(
        f"Run {run_id}",
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


def _conclusion(run: Run, history: History) -> None:
    if run.test_accuracy is None or run.accuracy is None:
        return
    last = history.tested[-1]
    st.markdown(_overfitting_sentence(last.accuracy, run.test_accuracy))
    _on_handwriting(run)
    _link_to_errors(run)


def _on_handwriting(run: Run) -> None:
    """Say how well it reads what people have drawn here, if they have drawn anything."""
    names = services.shelf().info(run.dataset_sha256).class_names
    handwriting_scores(Choice(run, run_title(run)), names)


def _link_to_errors(run: Run) -> None:
    st.page_link(
        "understand/evaluate.py",
        label="See what it gets wrong",
        icon=":material/arrow_forward:",
        query_params={"run": str(run.id)},
    )


def _overfitting_sentence(training: float, tested: float) -> str:
    gap = training - tested
    points = f"{100 * gap:.1f} percentage points"
    text = f"It reads **{training:.2%}** of the training images and **{tested:.2%}** of the test images right"
    if gap >= OVERFITTING_GAP:
        reason = "It knows the training images better than new ones, which is called overfitting."
        return f"{text}: a gap of {points}. {reason}"
    if gap > 0:
        return f"{text}: a gap of only {points}, so it generalises well; there is little overfitting."
    hope = "There is no overfitting; more epochs or units may still help."
    return f"{text}: no worse on new images than on those it has seen. {hope}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
