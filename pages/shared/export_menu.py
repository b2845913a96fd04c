"""Take it home: a run as code, as a model and as data, and a link to its settings. What needs Keras, a worker makes."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

import streamlit as st

from mnist_core.data import MNIST_SHA256
from mnist_core.export import tables
from mnist_core.export.formats import (
    FORMATS,
    HISTORY,
    NOTEBOOK,
    SCRIPT,
    SETTINGS,
    WEIGHTS,
    Format,
    NothingToTell,
    require_settings,
)
from mnist_core.runs import Job, JobNotFound, JobState, Run
from mnist_core.runs.records import TITLES
from mnist_core.text.escape import clean, sentence_for_markdown
from pages.components.download_button.download_button import download_button
from pages.shared import services
from pages.shared.downloads import addresses
from pages.shared.messages import show_error, user_errors
from pages.visit import session

POLL_SECONDS = 0.5
MODELS = [item for item in FORMATS.values() if item.by_worker]


def export_menu(run: Run) -> None:
    """Offer everything that can be downloaded of a run, in a box that opens with a click."""
    # To open it runs the page again, so that what is offered is that of this moment.
    with st.popover("Take it home", icon=":material/download:", key="take_home", on_change="rerun"):
        _code(run)
        if run.step:
            _models(run)
            _data(run)
        else:
            st.caption("Its network and its curves can be had as soon as the training has begun.")
        if not run.imported:
            _link(run)
        st.caption(
            "Charts: point at one with the mouse, and the buttons at its top right corner save it as PNG or SVG."
        )


def _code(run: Run) -> None:
    st.markdown("**As code**", help="Programs of Keras alone, which train this network again, number for number.")
    try:
        require_settings(run)
        images = services.dataset_store().info(run.dataset_sha256)
    except NothingToTell as reason:
        st.caption(sentence_for_markdown(reason))
        return
    with st.container(horizontal=True):
        for item in (SCRIPT, NOTEBOOK):
            _download(item, addresses.of_run(run.id, item))
        download_button(
            "Images (11 MB)" if images.sha256 == MNIST_SHA256 else "Images",
            addresses.of_images(images.sha256),
            key="images",
            help=f"{clean(images.title)} as {images.file_name}. Put it beside the script or notebook; they need no "
            "network.",
        )


def _models(run: Run) -> None:
    st.markdown("**As a model**", help="A worker makes the file; that takes a moment.")
    asked = {item: _job(run, item) for item in MODELS}
    waiting = any(job is not None and job.state is JobState.WAITING for job in asked.values())
    st.fragment(_show_models, run_every=POLL_SECONDS if waiting else None)(run, waiting)


def _show_models(run: Run, waited: bool) -> None:
    with user_errors():
        waiting = False
        with st.container(horizontal=True):
            for item in MODELS:
                job = _job(run, item)
                waiting = waiting or (job is not None and job.state is JobState.WAITING)
                _show_model(run, item, job)
        if waiting and not services.store().workers():
            st.caption("No worker is alive at the moment. The file is made as soon as one is back.")
        if waiting != waited:
            st.rerun()  # the whole page, which then ticks or rests; last, so that no button's click is lost


def _show_model(run: Run, item: Format, job: Job | None) -> None:
    if job is not None and job.state is JobState.DONE:
        _download(item, addresses.of_model(job.id))
        return
    if job is not None and job.state is JobState.FAILED:
        show_error(job.message)
    waiting = job is not None and job.state is JobState.WAITING
    label = f"{item.label}: being made …" if waiting else f"Make {item.label}"
    if st.button(label, key=f"make_{item.name}", disabled=waiting, icon=":material/build:", help=item.help):
        step = services.store().run(run.id).step
        number = services.jobs().export(run.id, step, item.name, item.file_name(run), session.owner())
        session.put(_asked(run, item), number)
        st.rerun()


def _job(run: Run, item: Format) -> Job | None:
    """Return the job that this visit has asked for, unless the run has been trained further or it is forgotten."""
    number = session.get(_asked(run, item), None)
    if number is None:
        return None
    try:
        job = services.jobs().job(number)
    except JobNotFound:
        return None
    return job if job.state is not JobState.DONE or job.run_step == services.store().run(run.id).step else None


def _asked(run: Run, item: Format) -> str:
    return f"job_{item.name}_{run.id}"


def _data(run: Run) -> None:
    st.markdown("**As data**")
    with st.container(horizontal=True):
        for item in (WEIGHTS,) if run.imported else (WEIGHTS, HISTORY, SETTINGS):
            _download(item, addresses.of_run(run.id, item))


def _link(run: Run) -> None:
    """Show a link that fills the Train page in with the run's settings."""
    st.markdown(
        "**As a link**", help="Opens the Train page with these settings filled in, for anybody who can reach it."
    )
    query = "&".join(filter(None, (tables.settings_query(run.config), _images_in_link(run))))
    st.code(urljoin(st.context.url or "", f"./?{query}"), language=None, wrap_lines=True)


def _images_in_link(run: Run) -> str:
    """Return which images a link asks for. By name only those of the app: others may be called so elsewhere, too."""
    if run.dataset_sha256 == MNIST_SHA256:
        return ""
    return urlencode({"dataset": run.dataset if run.dataset in TITLES else run.dataset_sha256})


def _download(item: Format, address: str) -> None:
    download_button(item.label, address, key=item.name, help=item.help)
