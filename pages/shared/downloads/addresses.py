"""Where files are, relative to the app's own address. An address stays what it is for as long as there is its file."""

from __future__ import annotations

from urllib.parse import urlencode

from mnist_core.export.formats import Format
from mnist_core.ledger import ViewState


def of_run(run_id: int, item: Format) -> str:
    """Return where a run is told in a format that needs no Keras, as it is when it is asked for."""
    return f"files/runs/{run_id}/{item.name}"


def of_model(job_id: int) -> str:
    """Return where the model is that a worker has made in a job."""
    return f"files/models/{job_id}"


def of_images(sha256: str) -> str:
    """Return where a dataset's images are."""
    return f"files/images/{sha256}"


def of_drawings(set_id: int) -> str:
    """Return where the drawings of a handwriting set are."""
    return f"files/handwriting/{set_id}"


def of_ledger(view: ViewState) -> str:
    """Return the address of the CSV file with the runs that a view shows or, if some are ticked, with those."""
    return f"files/runs.csv?{urlencode(view.to_query())}"
