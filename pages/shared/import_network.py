"""Import of a network: a worker checks a `.keras` or `.h5` file and turns it into a run to evaluate and draw with."""

from __future__ import annotations

import streamlit as st

from mnist_core.importing import LARGEST_IMPORT
from mnist_core.runs import Job, JobNotFound, JobState, Run
from pages.shared import services
from pages.shared.dataset_picker import ask_for_dataset
from pages.shared.messages import show_error, show_info, user_errors
from pages.shared.refreshed import refreshed
from pages.visit import session
from pages.visit.language import _

FILE_TYPES = ["keras", "h5", "hdf5"]
POLL_SECONDS = 0.5
_JOB, _DONE = "import_job", "imports_done"


def import_network() -> None:
    """Draw the popover that imports a network; afterwards the page shows the new run."""
    count = session.get(_DONE, 0)  # after an import, the box and the field for the file are new: closed and empty
    with st.popover(_("Import a network"), icon=":material/upload:", key=f"import_network_{count}"):
        st.caption(
            _(
                "A network that you have trained elsewhere with Keras and saved with `model.save('network.keras')`, or "
                "as `.h5`. It must be a sequence of Dense layers that takes 28 × 28 pixels and has one output for each "
                "class. A convolutional network must be like those that the app trains. The app tries out how its "
                "pixels were scaled: from 0 to 1, from 0 to 255 or otherwise."
            )
        )
        dataset = ask_for_dataset(_("Dataset that it classifies"), key="import_dataset").sha256
        limit = LARGEST_IMPORT // 1_000_000
        file = st.file_uploader(_("Keras file"), type=FILE_TYPES, max_upload_size=limit, key=f"import_file_{count}")
        if st.button(_("Import"), icon=":material/upload:", disabled=file is None) and file is not None:
            with user_errors():
                owner, nickname = session.owner(), session.nickname()
                session.put(_JOB, services.jobs().submit_import(file.getvalue(), file.name, owner, nickname, dataset))
        job = _job()
        waiting = job is not None and job.state is JobState.WAITING
        refreshed(_show, POLL_SECONDS if waiting else None, "import")(waiting)


def _show(waited: bool) -> None:
    """Show the state of the import; once it is done, select the new run."""
    job = _job()
    if job is not None:
        _show_job(job)
    if waited and (job is None or job.state is not JobState.WAITING):
        st.rerun()  # the whole page, which ends polling


def _show_job(job: Job) -> None:
    if job.state is JobState.FAILED:
        show_error(_("{file} was not imported. {reason}", file=job.file_name, reason=job.message))
    elif job.state is JobState.WAITING:
        alive = services.store().workers()
        then = _("this takes a moment.")
        if not alive:
            then = _("no worker is running at the moment; it continues as soon as one is back.")
        show_info(_("{file} is being read: {then}", file=job.file_name, then=then), ":material/hourglass_top:")
    elif job.run_id is not None:
        session.put(_JOB, None)
        session.put(_DONE, session.get(_DONE, 0) + 1)
        session.put("starter", False)
        session.select_run(job.run_id)
        st.rerun()


def show_import_notes(run: Run) -> None:
    """Show what the import changed in a network, and the range of pixels that it found."""
    if run.import_notes:
        show_info(" ".join(run.import_notes), ":material/tune:")


def _job() -> Job | None:
    number = session.get(_JOB, None)
    try:
        return None if number is None else services.jobs().job(number)
    except JobNotFound:
        return None
