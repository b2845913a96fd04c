"""Builds a `Run` from its row in the database. Rows that this program cannot read become damaged runs."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.data import MNIST_SHA256
from mnist_core.model.architecture import Architecture
from mnist_core.runs.run_records import Failure, Parent, Run, State
from mnist_core.runs.schema import runs
from mnist_core.runs.unreadable_rows import require_numbers, why_unreadable
from mnist_core.text.sentence import from_stored, sentence

_NUMBERS = tuple(
    column.name for column in runs.columns if isinstance(column.type, (sa.Float, sa.Integer)) and column.name != "id"
)
_AS_STORED = tuple(name for name in Run.__dataclass_fields__ if name in runs.c)


def learns_from(dataset_sha256: str) -> sa.ColumnElement[bool]:
    """Return the condition that a run learns from a dataset. Runs of before there were others than MNIST name none."""
    names = (dataset_sha256, "") if dataset_sha256 == MNIST_SHA256 else (dataset_sha256,)
    return runs.c.dataset_sha256.in_(names)


def to_run(row: sa.RowMapping, now: float) -> Run:
    """Build a `Run` from a row of the table that was read at the time `now` of the database's clock.

    If this program cannot read the row, the state is `DAMAGED` and the message says so.
    """
    return _built(row, now) if row["lease_until"] is not None else _at_rest(_Row(row))


class _Row:
    """A row that is equal to another one with the same values, for a cache."""

    def __init__(self, row: sa.RowMapping) -> None:
        self.row, self.values = row, tuple(row.values())

    def __hash__(self) -> int:
        return hash(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Row) and self.values == other.values


@lru_cache(maxsize=4096)
def _at_rest(row: _Row) -> Run:
    """Build the run of a row without a lease, the same at any time. In a class, each page lists everybody's runs."""
    return _built(row.row, now=0.0)


def _built(row: sa.RowMapping, now: float) -> Run:
    values = {name: row[name] for name in _AS_STORED}
    values["pinned"] = bool(row["pinned"])
    values["dataset_sha256"] = row["dataset_sha256"] or MNIST_SHA256
    values["pruned"] = bool(row["pruned"])
    values["message"] = from_stored(str(row["message"]))
    try:
        return Run(**values | _parsed(row, now))
    except Exception as error:  # whatever is in the row, other runs must still be shown
        return Run(**values | _unreadable(row, error))


def settings_values(config: TrainConfig) -> dict[str, str]:
    """Return the values of the columns that hold the settings of a run."""
    return {"config": config.to_json(), "changed_settings": config.changed_to_json()}


def fill_changed_settings(connection: sa.Connection) -> None:
    """Fill `changed_settings` where an earlier program has written the run, which did not know the column."""
    rows = connection.execute(sa.select(runs.c.id, runs.c.config).where(runs.c.changed_settings == "")).all()
    for run_id, text in rows:
        with suppress(ConfigError, TypeError):  # a run whose settings cannot be read is like no other
            changed = _config(text).changed_to_json()
            connection.execute(runs.update().where(runs.c.id == run_id).values(changed_settings=changed))


def _parsed(row: sa.RowMapping, now: float) -> dict[str, Any]:
    """Return the values that must be parsed. Raises any error if that fails."""
    require_numbers(row, _NUMBERS)
    state = State(row["state"])
    if state is State.DAMAGED or row["steps_per_epoch"] < 1:
        raise ValueError(f"state {row['state']}, {row['steps_per_epoch']} steps per epoch")
    return {
        "config": _config(row["config"]),
        "state": state,
        "leased": row["lease_until"] is not None and row["lease_until"] > now,
        "failure": _failure(row) if state is State.FAILED else None,
        "layers": _architecture(row["architecture"]),
        "import_notes": tuple(filter(None, row["import_notes"].split("\n"))),
        "tags": tuple(filter(None, row["tags"].split(","))),
        "parent": parent_of(row),
    }


def _unreadable(row: sa.RowMapping, error: Exception) -> dict[str, Any]:
    """Return substitutes for these values and for all numbers: a run without steps, of which nothing is known."""
    nothing = {name: None for name in _NUMBERS if runs.c[name].nullable and name in Run.__dataclass_fields__}
    times = {name: row[name] if isinstance(row[name], (int, float)) else 0.0 for name in ("created_at", "updated_at")}
    why = why_unreadable(sentence("The settings or the state of this run"), error)
    message = sentence("{why} It can only be deleted.", why=why)
    values = {"config": TrainConfig(), "state": State.DAMAGED, "message": message, "step": 0, "steps_per_epoch": 1}
    values |= {"seconds": 0.0, "leased": False, "failure": None, "layers": None}
    values |= {"import_notes": (), "tags": (), "deleted_at": row["deleted_at"], "parent": None}
    return {**nothing, **times, **values}


def parent_of(row: sa.RowMapping) -> Parent | None:
    """Return the parent in a row of a run or a sweep; None if there is none."""
    if not row["parent_sha256"]:
        return None
    return Parent(row["parent_id"], row["parent_epochs"], row["parent_sha256"])


def _failure(row: sa.RowMapping) -> Failure:
    """Return the kind of a failure. Earlier versions have stored only the sentence."""
    if not row["failure"] and row["message"].startswith("The training diverged"):
        return Failure.DIVERGED
    return Failure(row["failure"]) if row["failure"] in tuple(Failure) else Failure.PASSING


@lru_cache(maxsize=256)
def _architecture(text: str) -> Architecture | None:
    return Architecture.from_json(text) if text else None


@lru_cache(maxsize=4096)
def _config(text: str) -> TrainConfig:
    """Parse the settings of a run. They are immutable, so runs with the same text share them."""
    return TrainConfig.from_json(text)
