"""Which seed a new run takes: people who train the same settings at the same time see how much is chance."""

from __future__ import annotations

from enum import Enum, auto

import sqlalchemy as sa

from mnist_core.config import TrainConfig
from mnist_core.runs.open_database import is_postgresql
from mnist_core.runs.run_records import Parent
from mnist_core.runs.run_rows import learns_from
from mnist_core.runs.schema import runs

SEEDS_TRIED = 64
"""More people than a class has."""

_LOCK = 1707
"""The key of PostgreSQL's lock; SQLite has one writer at a time."""


class NewSeed(Enum):
    """The smallest seed with which nobody else, or nobody at all, has trained the same settings on the same images.

    The runs have the same parent, if any.
    """

    UNLIKE_OTHERS = auto()  # runs of the terminal, which have no owner, do not count
    UNUSED = auto()


def new_seed(
    connection: sa.Connection,
    config: TrainConfig,
    dataset_sha256: str,
    kind: NewSeed,
    owner: str,
    parent: Parent | None = None,
) -> int:
    """Return the seed for a run of `owner` with these settings; that of `config` does not matter."""
    seeds = config.changed_to_json_with_seeds(range(SEEDS_TRIED))
    query = sa.select(runs.c.changed_settings).where(
        runs.c.deleted_at.is_(None),
        runs.c.imported == "",
        learns_from(dataset_sha256),
        runs.c.parent_sha256 == (parent.sha256 if parent else ""),
    )
    if kind is NewSeed.UNLIKE_OTHERS:
        query = query.where(runs.c.owner.not_in(("", owner)))
    taken = {seeds[text] for text in connection.scalars(query.where(runs.c.changed_settings.in_(seeds)))}
    return next((seed for seed in range(SEEDS_TRIED) if seed not in taken), SEEDS_TRIED)


def wait_for_others(connection: sa.Connection) -> None:
    """Let nobody else submit a run, or delete datasets or starting weights, before this transaction has ended.

    It comes first in a transaction: who waits here while holding rows could wait for somebody who waits for these.
    """
    if is_postgresql(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
