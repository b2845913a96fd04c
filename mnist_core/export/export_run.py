"""Makes an export in this process, for the terminal and for jobs in workers. Some formats load Keras."""

from __future__ import annotations

from mnist_core.errors import UserError
from mnist_core.export.formats import FORMATS
from mnist_core.runs import RunStore


def export_run(store: RunStore, run_id: int, name: str) -> bytes:
    """Return a run as a file of the format called `name`, one of `formats.FORMATS`.

    Raises `UserError` for another name, `RunNotFound`, and what `Format.make` raises.
    """
    run = store.run(run_id)
    if name not in FORMATS:
        raise UserError(f"There is no format {name!r}. Known: {', '.join(FORMATS)}.")
    return FORMATS[name].make(store, run)
