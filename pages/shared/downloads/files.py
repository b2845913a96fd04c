"""The endpoints of downloads: files are made at each request, a few at a time, in threads of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import anyio
import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from mnist_core.data import MNIST_PATH, MNIST_SHA256, DatasetError
from mnist_core.errors import UserError
from mnist_core.export.formats import FORMATS, Group, UnknownSettings
from mnist_core.ledger import COLUMNS, FilterError, ViewState, brushed, matching, owner_tag, to_csv
from mnist_core.ledger.view_state import EVERYONE
from mnist_core.runs import JobNotFound, JobState, NoNetworkYet, RunNotFound, StoreError
from mnist_core.runs.dataset_store import pack
from mnist_core.runs.handwriting.npz_file import to_npz
from mnist_core.text.escape import content_disposition, for_file_name
from pages.shared import classroom, services
from pages.shared.class_column import with_class_column

CONCURRENT_FILES = anyio.CapacityLimiter(2)
"""Limits how many files are made at once: some take seconds and a hundred megabytes. Further requests wait."""

NPZ = "application/zip"


class Gone(UserError):
    """The requested file does not exist, or no longer."""


class Forbidden(UserError):
    """Who asks may not have the file."""


class BadAddress(UserError):
    """The address has a query that makes no sense."""


class File(NamedTuple):
    """What is sent: the name under which it is saved, and its bytes, or where they are."""

    name: str
    media_type: str
    content: str | bytes | Path


def answering(make: Callable[[Request], File]) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that sends what `make` makes in a thread, or says in a sentence why it cannot."""

    async def answer(request: Request) -> Response:
        return await anyio.to_thread.run_sync(_answer, make, request, limiter=CONCURRENT_FILES)

    return answer


def _answer(make: Callable[[Request], File], request: Request) -> Response:
    try:
        file = make(request)
    except UserError as error:
        return PlainTextResponse(str(error), _status(error), headers={"Cache-Control": "no-store"})
    except MemoryError:
        return PlainTextResponse("There is not enough memory for this. Try again when the machine is less busy.", 503)
    headers = {"Content-Disposition": content_disposition(file.name), "Cache-Control": "no-store"}
    if isinstance(file.content, Path):
        return FileResponse(file.content, headers=headers, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)


def _status(error: UserError) -> int:
    """Return the status of HTTP that goes with an error: whose fault it is, and whether to ask again."""
    statuses: dict[int, tuple[type[UserError], ...]] = {
        400: (BadAddress,),
        403: (Forbidden,),
        404: (Gone, RunNotFound, JobNotFound),
        409: (NoNetworkYet, UnknownSettings),
        503: (StoreError,),
    }
    return next((status for status, kinds in statuses.items() if isinstance(error, kinds)), 500)


# -- endpoints ---------------------------------------------------------------------------------------


def of_run(request: Request) -> File:
    """Return a run as a file of the format in the address."""
    run, item = services.run(request.path_params["run"]), FORMATS.get(request.path_params["format"])
    if item is None or item.group is Group.MODEL:
        raise Gone("This file does not exist. Export it on the page of the run.")
    return File(item.file_name(run), item.media_type, item.make(services.store(), run))


def of_model(request: Request) -> File:
    """Return the model that a worker has made, of a run that is still there."""
    job = services.jobs().job(request.path_params["job"])
    item = FORMATS.get(job.kind)
    if item is None or job.run_id is None:
        raise Gone("This model does not exist. Export it on the page of the run.")
    services.run(job.run_id)
    if job.state is not JobState.DONE:
        raise NoNetworkYet("This model has not been made yet. Try again shortly.")
    return File(job.file_name, item.media_type, services.jobs().data(job.id))


def of_images(request: Request) -> File:
    """Return a dataset's images as an npz file."""
    sha256 = request.path_params["sha256"]
    try:
        info = services.dataset_store().info(sha256)
    except DatasetError:
        raise Gone("These images are not available: their dataset was deleted or never existed.") from None
    if info.sha256 != MNIST_SHA256:
        return File(info.file_name, NPZ, _packed(info.sha256))
    if not MNIST_PATH.is_file():
        raise DatasetError(f"The images of MNIST are missing: {MNIST_PATH.name}. Install the app again.")
    return File(info.file_name, NPZ, MNIST_PATH)


@st.cache_resource(max_entries=1, show_spinner=False)  # a class asks for the same
def _packed(sha256: str) -> bytes:
    return pack(services.stored_dataset(sha256))


def of_drawings(request: Request) -> File:
    """Return the drawings of a handwriting set as an npz file."""
    number = request.path_params["set"]
    found = next((it for it in services.handwriting().sets() if it.id == number), None)
    if found is None:
        raise Gone("There is no such handwriting set: it was deleted or never existed.")
    drawings = services.handwriting().drawings(found.id)
    return File(for_file_name(found.name, ".npz"), NPZ, to_npz(drawings, found.class_names))


def of_ledger(request: Request) -> File:
    """Return the ledger's rows with all columns, of the runs that the view in the address shows or ticks."""
    view, problems = ViewState.from_query(request.query_params)
    if problems:
        raise BadAddress(" ".join(problems))
    everything = services.all_runs()
    runs = [run for run in everything.runs if view.of == EVERYONE or owner_tag(run.owner) == view.of]
    rows = with_class_column(everything.frame.loc[[run.id for run in runs]], runs, classroom.class_of(request))
    if view.runs:
        rows = rows[rows["run"].isin(view.runs)]
    with suppress(FilterError):  # the page says it, and shows all
        rows = matching(rows, view.filter)
    rows = brushed(rows, view.brush)
    return File("runs.csv", "text/csv", to_csv(rows, [item.name for item in COLUMNS]))
