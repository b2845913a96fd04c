"""The export menu: a run as code, as a model and as data, and a link to its settings. Workers make the models."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

import streamlit as st

from mnist_core.data import MNIST_SHA256
from mnist_core.export import tables
from mnist_core.export.formats import Format, Group, UnknownSettings, formats_of, require_settings
from mnist_core.runs import STARTER, Job, JobNotFound, JobState, Run
from mnist_core.runs.dataset_info import TITLES
from mnist_core.text.escape import clean, sentence_for_markdown
from pages.components.download_button.download_button import download_button
from pages.shared import services
from pages.shared.downloads import addresses
from pages.shared.messages import show_error, user_errors
from pages.shared.refreshed import refreshed
from pages.visit import session
from pages.visit.language import _

POLL_SECONDS = 0.5


def export_menu(run: Run) -> None:
    """Show everything of a run that can be downloaded, in a popover."""
    # Opening it reruns the page, so that it offers what there is now.
    with st.popover(_("Export"), icon=":material/download:", key="export_menu", on_change="rerun"):
        _code(run)
        if run.step:
            _models(run)
            _data(run)
        else:
            st.caption(_("The network and the curves can be exported as soon as the training has begun."))
        if not run.imported:
            _link(run)
        st.caption(
            _("To save a chart as PNG or SVG, point at it with the mouse and use the buttons at its top right corner.")
        )


def _code(run: Run) -> None:
    st.markdown(_("**As code**"), help=_("Programs in plain Keras that repeat this training, with the same seed."))
    try:
        require_settings(run)
        images = services.dataset_of(run)
    except UnknownSettings as reason:
        st.caption(sentence_for_markdown(reason))
        return
    with st.container(horizontal=True):
        for item in formats_of(Group.CODE):
            if item.fits(run):
                _download(item, addresses.of_run(run.id, item))
        download_button(
            _("Images (11 MB)") if images.sha256 == MNIST_SHA256 else _("Images"),
            addresses.of_images(images.sha256),
            key="images",
            help=_(
                "{title} as {file}. Put it beside the script or notebook; they need no network.",
                title=clean(images.title),
                file=images.file_name,
            ),
        )


def _models(run: Run) -> None:
    st.markdown(_("**As a model**"), help=_("A worker makes the file, which takes a moment."))
    requested = {item: _job(run, item) for item in formats_of(Group.MODEL)}
    waiting = any(job is not None and job.state is JobState.WAITING for job in requested.values())
    refreshed(_show_models, POLL_SECONDS if waiting else None, "models")(run, waiting)


def _show_models(run: Run, waited: bool) -> None:
    with user_errors():
        waiting = False
        with st.container(horizontal=True):
            for item in formats_of(Group.MODEL):
                job = _job(run, item)
                waiting = waiting or (job is not None and job.state is JobState.WAITING)
                _show_model(run, item, job)
        if waiting and not services.store().workers():
            st.caption(_("No worker is running at the moment. The file is made as soon as one is back."))
        if waiting != waited:
            st.rerun()  # the whole page, which sets or ends polling; last, so that no click is lost


def _show_model(run: Run, item: Format, job: Job | None) -> None:
    if job is not None and job.state is JobState.DONE:
        _download(item, addresses.of_model(job.id))
        return
    if job is not None and job.state is JobState.FAILED:
        show_error(job.message)
    waiting = job is not None and job.state is JobState.WAITING
    name = _(item.label)
    label = _("{file}: being made …", file=name) if waiting else _("Make {file}", file=name)
    if st.button(label, key=f"make_{item.name}", disabled=waiting, icon=":material/build:", help=_(item.help)):
        step = services.store().run(run.id).step
        number = services.jobs().export(run.id, step, item.name, item.file_name(run), session.owner())
        session.put(_job_key(run, item), number)
        st.rerun()


def _job(run: Run, item: Format) -> Job | None:
    """Return the job that this visit has requested, unless it is gone or the run has been trained further since."""
    number = session.get(_job_key(run, item), None)
    if number is None:
        return None
    try:
        job = services.jobs().job(number)
    except JobNotFound:
        return None
    return job if job.state is not JobState.DONE or job.run_step == services.store().run(run.id).step else None


def _job_key(run: Run, item: Format) -> str:
    return f"job_{item.name}_{run.id}"


def _data(run: Run) -> None:
    st.markdown(_("**As data**"))
    with st.container(horizontal=True):
        for item in formats_of(Group.DATA):
            if item.fits(run):
                _download(item, addresses.of_run(run.id, item))


def _link(run: Run) -> None:
    """Show a link that opens the Train page with the run's settings."""
    st.markdown(
        _("**As a link**"),
        help=_("A link to the Train page that fills in these settings, for anybody who can open this app."),
    )
    query = "&".join(filter(None, (tables.settings_query(run.config), _images_in_link(run), _parent_in_link(run))))
    st.code(urljoin(st.context.url or "", f"./?{query}"), language=None, wrap_lines=True)


def _images_in_link(run: Run) -> str:
    """Return the dataset in a link: by name only those of the app, since a name may mean other images elsewhere."""
    if run.dataset_sha256 == MNIST_SHA256:
        return ""
    return urlencode({"dataset": run.dataset if run.dataset in TITLES else run.dataset_sha256})


def _parent_in_link(run: Run) -> str:
    if run.parent is None:
        return ""
    return urlencode({"parent": "starter" if run.parent.id == STARTER else run.parent.id})


def _download(item: Format, address: str) -> None:
    download_button(_(item.label), address, key=item.name, help=_(item.help))
