"""Addresses of downloads, relative to the app's own. An address stays the same for as long as its file exists."""

from __future__ import annotations

from urllib.parse import urlencode

from mnist_core.export.formats import Format
from mnist_core.ledger import ViewState


def of_run(run_id: int, item: Format) -> str:
    """Return the address of a run in a format that needs no worker; the file is made at each request."""
    return f"files/runs/{run_id}/{item.name}"


def of_model(job_id: int) -> str:
    """Return the address of the model that a worker has made in a job."""
    return f"files/models/{job_id}"


def of_images(sha256: str) -> str:
    """Return the address of a dataset's images."""
    return f"files/images/{sha256}"


def of_drawings(set_id: int) -> str:
    """Return the address of the drawings of a handwriting set."""
    return f"files/handwriting/{set_id}"


def of_class(class_id: int, suffix: str) -> str:
    """Return the address of a class's data, for its instructor: "npz" for its drawings, "csv" for its runs."""
    return f"files/class/{class_id}/{suffix}"


def of_ledger(view: ViewState) -> str:
    """Return the address of the CSV file with the runs that a view shows or, if some are ticked, with those."""
    return f"files/runs.csv?{urlencode(view.to_query())}"
