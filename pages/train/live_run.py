"""A run with live progress and curves, and the buttons that control it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st

from mnist_core.config import LIMITS
from mnist_core.diagnosis.hints.rules import MOST as MOST_HINTS
from mnist_core.diagnosis.outcome import describe_outcome
from mnist_core.diagnosis.remedies import Remedy, remedy_for
from mnist_core.evaluation.measurement import RunScores
from mnist_core.model.architecture import Architecture
from mnist_core.runs import QuotaReached, Run, State, WrongState
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from mnist_core.text.sentence import marked
from mnist_core.text.words import percent
from pages.components.plot.plot import plot
from pages.shared import nickname, services
from pages.shared.current_run import may_change, run_title
from pages.shared.dataset_picker import switch_to
from pages.shared.export_menu import export_menu
from pages.shared.import_network import show_import_notes
from pages.shared.messages import show_error
from pages.train.after_training import show_next_steps
from pages.train.earlier_run import earlier_run, show_change
from pages.train.experiments.panel import about_experiment, show_experiment_curves
from pages.train.experiments.started_experiments import experiment_of
from pages.train.fill_in_settings import fill_in_next
from pages.train.hints.hints import show_hints
from pages.train.network_diagram import describe_layers
from pages.train.network_live.network_live import show_network_live
from pages.train.on_handwriting import show_on_handwriting
from pages.train.progress.progress import show_progress
from pages.train.status import badge_of
from pages.train.updates import curves_as_json, decimal
from pages.visit import session
from pages.visit.language import _

RATE_HEIGHT = "5rem"
"""The height of the chart of the learning rate."""


def show_run(run: Run) -> None:
    """Show a run, and select it for all pages. Its numbers and curves update without a rerun."""
    session.select_run(run.id)
    if run.state is State.DAMAGED or run.imported:
        _heading(run)
        _without_curves(run)
        return
    reading, charts, has_others = services.reading(run), list(curves_as_json(run).items()), _has_others(run)
    # Each part keeps its place, even if it is empty: a chart that moves in the page would be rebuilt.
    with st.container(key="live_run"):
        with st.container(horizontal=True, vertical_alignment="center", key="run_heading"):
            _heading(run)
            _controls(run)
        with st.container(key="hints", gap="xsmall"):
            # The room for a second hint is that of the next steps, which are in sight so. They come first: a hint
            # that appears during training then moves nothing.
            steps = st.container()
            steps_in_sight = show_hints(run) < MOST_HINTS
            if (reading or _in_training(run)) and steps_in_sight:
                with steps:
                    show_next_steps(run)
        show_progress(run)
        _curves(run, charts)
        with st.container(horizontal=True, key="below_curves", gap="small"):
            with st.container(key="compared", gap="xsmall"):
                _compared(run, has_others)
            _learning_rate(run, charts)
    with st.container(key="network_live"):
        show_network_live(run)
    with st.container():
        if run.owner == session.owner():
            nickname.ask_once()
        if reading:
            _conclusion(run, reading)
            if not steps_in_sight:
                show_next_steps(run)
    if has_others:
        _about_curves()
    export_menu(run)


def _in_training(run: Run) -> bool:
    """Whether a run has a network that is not trained to its end yet."""
    return run.step > 0 and not run.state.ended


def _heading(run: Run) -> None:
    badge, colour = badge_of(run)
    by = (
        " · " + _("by {nickname}", nickname=for_markdown(run.nickname))
        if run.nickname and run.owner != session.owner()
        else ""
    )
    with st.container(gap="xsmall"):
        st.markdown(f"## {for_markdown(run_title(run))} :{colour}-badge[{_(badge)}]{by}")
        if run.name:
            st.caption(for_markdown(_(run.description)))
        if run.sweep_id is not None:
            words = (
                _("It was stopped early by sweep {sweep}", sweep=run.sweep_id)
                if run.pruned
                else _("One of the runs of sweep {sweep}", sweep=run.sweep_id)
            )
            st.page_link(
                "compare/sweeps.py",
                label=words,
                icon=":material/grid_on:",
                query_params={"sweep": str(run.sweep_id)},
            )


def _without_curves(run: Run) -> None:
    """Show a damaged run, or a network that was imported."""
    if run.state is State.DAMAGED:
        show_error(run.message)
        return
    _imported(run)
    export_menu(run)


def _architecture(run: Run) -> Architecture:
    return run.architecture(services.dataset_of(run).classes)


def _imported(run: Run) -> None:
    """Show what is known of an imported network."""
    tested, test_loss = st.columns(2)
    tested.metric(_("Test accuracy"), percent(run.test_accuracy))
    test_loss.metric(_("Test loss"), decimal(run.test_loss))
    st.write(_("This network was imported. How it was trained is unknown, so it has no curves."))
    show_import_notes(run)
    layers = _architecture(run)
    with st.popover(_("{number:,} parameters", number=layers.parameters), help=_("The network layer by layer")):
        describe_layers(layers)
    with st.container(key="network_live"):
        show_network_live(run)
    show_on_handwriting(run)
    show_next_steps(run)


def _controls(run: Run) -> None:
    if not may_change(run):
        st.caption(_("This is somebody else's run: you can watch it, but only they can control it."))
        return
    store = services.store()
    with st.container(horizontal=True, width="content", gap="xsmall"):
        if run.state is State.ACTIVE:
            _action(marked("Pause"), ":material/pause:", store.pause, run.id)
        if run.state is State.PAUSED or (run.failure is not None and run.failure.may_pass):
            _action(marked("Resume"), ":material/play_arrow:", store.resume, run.id)
        if remedy := remedy_for(run):
            _offer(remedy, run)
        if not run.state.ended:
            _action(marked("Stop"), ":material/stop:", store.stop, run.id)
        longer = run.sweep_id is None and run.config.epochs < LIMITS["epochs"].high
        if run.state is not State.FAILED and longer:
            _action(marked("+1 epoch"), ":material/add:", store.extend, run.id, _(run.fixed_length))


def _action(label: str, icon: str, action: Callable[[int], None], run_id: int, impossible: str = "") -> None:
    """Draw a button; `impossible` says why it cannot be pressed."""
    options: dict[str, Any] = {"disabled": True, "help": impossible} if impossible else {}
    if st.button(_(label), icon=icon, key=f"{label}_{run_id}", **options):
        try:
            with suppress(WrongState):  # it was steered or has ended meanwhile, as the page is about to show
                action(run_id)
        except QuotaReached as error:
            st.toast(sentence_for_markdown(_(error.args[0])), icon=":material/error:", duration="long")
            return
        st.rerun()


def _offer(remedy: Remedy, run: Run) -> None:
    """Offer a new run in place of one that cannot go on; its settings are filled in on the page too."""
    if not st.button(_(remedy.label), type="primary", icon=":material/play_arrow:", key=f"cure_{run.id}"):
        return
    run_id = services.store().submit(
        remedy.config,
        owner=session.owner(),
        nickname=session.nickname(),
        dataset=run.dataset_sha256,
        parent=run.parent,
    )
    fill_in_next(remedy.config, run.parent)
    images = services.dataset_of(run)
    if not images.mixture:  # another snapshot of the drawings might be made by now
        switch_to(images)
    session.select_run(run_id)
    st.rerun()


def _curves(run: Run, charts: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Draw accuracy and loss of a run; in an experiment, the curves of all its runs replace the first of them."""
    found = experiment_of(run)
    for place, (column, (key, chart)) in enumerate(zip(st.columns(2, gap="small"), charts, strict=False)):
        with column:
            if found and not place:
                show_experiment_curves(found)
                continue
            plot(chart["figure"], key=key, summary=chart["summary"], height="var(--curve-height)", at=run.updated_at)


def _learning_rate(run: Run, charts: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Draw the learning rate of a run with a schedule."""
    for key, chart in charts[2:]:
        plot(chart["figure"], key=key, summary=chart["summary"], height=RATE_HEIGHT, at=run.updated_at)


def _about_curves() -> None:
    st.caption(
        _(
            "The training curve is the mean over the epoch so far, as Keras reports it. It starts again "
            "with each epoch, so it jumps there."
        ),
        help=_(
            "Each image counts with the answer that the network gave at that step. So the curve lags behind "
            "the network at the end of the epoch, which is the one that is tested."
        ),
    )


def _has_others(run: Run) -> bool:
    """Whether the curves of other runs are drawn with those of a run."""
    return bool(experiment_of(run) or earlier_run(run))


def _compared(run: Run, has_others: bool) -> None:
    """Say how a run compares with the others of its experiment, or with the earlier one behind its curves.

    Without any, say what the curves show, so that every run takes the same room.
    """
    if found := experiment_of(run):
        about_experiment(found, run)
    elif has_others:
        show_change(run)
    else:
        _about_curves()


def _conclusion(run: Run, reading: RunScores) -> None:
    st.markdown(_(describe_outcome(run, reading, mark="**", advise=False)))
    show_on_handwriting(run)
