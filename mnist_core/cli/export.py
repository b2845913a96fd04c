"""The command `export`: writes a run in one of the formats, or runs for TensorBoard."""

from __future__ import annotations

import argparse
from pathlib import Path

from mnist_core.errors import UserError
from mnist_core.export.formats import FORMATS
from mnist_core.runs import RunStore
from mnist_core.text.escape import for_terminal


def run(options: argparse.Namespace) -> None:
    """Export the runs in the options. Raises `UserError`."""
    with RunStore.open() as store:
        if options.tensorboard is not None:
            export_to_tensorboard(store, options.runs, options.tensorboard)
        elif len(options.runs) == 1:
            export(store, options.runs[0], options.format, options.output)
        else:
            raise UserError("Name one run to export, for example: export 7 --format keras -o network.keras")


def export(store: RunStore, run_id: int, name: str, path: Path | None) -> None:
    """Write a run to a file in the format called `name`. Raises `UserError` if that fails."""
    from mnist_core.export.export_run import export_run

    path = path or Path(FORMATS[name].file_name(store.run(run_id)))
    data = export_run(store, run_id, name)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from None
    print(for_terminal(f"Run {run_id} is in {path} ({len(data):,} bytes)."))


def export_to_tensorboard(store: RunStore, run_ids: list[int], folder: Path) -> None:
    """Write these runs, or all runs with curves, as TensorBoard files to `folder`."""
    from mnist_core.export.tensorboard import write_runs

    runs = [store.run(run_id) for run_id in run_ids] or [run for run in store.runs() if run.step and not run.imported]
    write_runs(store, runs, folder)
    count = "1 run is" if len(runs) == 1 else f"{len(runs)} runs are"
    print(for_terminal(f"{count} in {folder}. See: tensorboard --logdir {folder}"))
