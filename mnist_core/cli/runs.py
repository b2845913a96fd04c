"""The command `runs`: lists all runs, as a table or as one JSON object per line."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from rich.table import Table

from mnist_core.cli.console import add_row, console
from mnist_core.runs import Run, RunStore, State
from mnist_core.text.words import percent


def run(options: argparse.Namespace) -> None:
    """List the runs of the store, newest first."""
    with RunStore.open() as store:
        runs = store.runs()
    if options.json:
        for it in runs:
            print(json.dumps(run_as_json(it)))
    else:
        print_runs(runs)


def run_as_json(run: Run) -> dict[str, Any]:
    """Return a run as JSON for programs. An imported network has `layers` in place of settings."""
    hidden = ("owner", "config", "deleted_at", "leased")
    values = {name: value for name, value in asdict(run).items() if name not in hidden}
    settings = None if run.imported or run.state is State.DAMAGED else asdict(run.config)
    return {"run_id": values.pop("id"), **values, "steps": run.steps, "settings": settings}


def print_runs(runs: list[Run]) -> None:
    """Print a table of runs."""
    table = Table("Run", "Name", "By", "State", "Settings", "Test accuracy", "Seconds")
    for run in runs:
        accuracy = "" if run.test_accuracy is None else percent(run.test_accuracy)
        cells = (run.id, run.name, run.nickname, run.status, run.description, accuracy, f"{run.seconds:.1f}")
        add_row(table, *cells)
    console().print(table if runs else "No runs yet. Train one with: python -m mnist_core train")
