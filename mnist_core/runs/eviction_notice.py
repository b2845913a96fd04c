"""The notice of what retention has deleted, for the owners of the runs. It is shown for a day."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from mnist_core.runs import clock
from mnist_core.runs.run_store import RunStore
from mnist_core.runs.schema import meta

MOST_NAMED = 12
"""The most run numbers in one announcement."""
ANNOUNCED_SECONDS = 24 * 3600.0

_ANNOUNCEMENT = "freed"


@dataclass(frozen=True)
class Eviction:
    """What was deleted to keep the store below `limit` bytes: the numbers of runs, and when, in seconds since 1970.

    Of some, the training `states` were deleted, of some the `networks` of earlier epochs, and some `runs` as a whole.
    """

    limit: int
    at: float
    states: tuple[int, ...] = ()
    runs: tuple[int, ...] = ()
    networks: tuple[int, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether anything was deleted."""
        return bool(self.states or self.networks or self.runs)

    def after(self, earlier: Eviction | None) -> Eviction:
        """Return this combined with what was deleted shortly before, so that one announcement covers both."""
        if earlier is None or earlier.limit != self.limit or earlier.at < self.at - ANNOUNCED_SECONDS:
            return self
        kinds = ("states", "networks", "runs")
        return replace(self, **{kind: getattr(earlier, kind) + getattr(self, kind) for kind in kinds})

    def __str__(self) -> str:
        """Return the announcement to the owners of the runs."""
        limit = f"The run store reached its limit of {self.limit / 1e9:g} GB."
        if not self.anything:
            return f"{limit} Everything left in it is pinned or has not ended: delete or unpin runs to make room."
        states = f" The training state of {_numbers(self.states)} was deleted: more epochs start again from the first."
        networks = f" The weights of earlier epochs of {_numbers(self.networks)} were deleted."
        whole = f" The oldest runs that had ended were deleted: {_numbers(self.runs)}."
        why = " The runs of the person who keeps most are deleted first. Pin a run to keep it."
        parts = ((states, self.states), (networks, self.networks), (whole, self.runs))
        return limit + "".join(text for text, numbers in parts if numbers) + why


def retention_notice(store: RunStore) -> str:
    """Return in words what retention has deleted in the last 24 hours; "" if nothing."""
    with store.reading() as connection:
        earlier = announced(connection)
        recent = earlier is not None and earlier.at > clock.now(connection) - ANNOUNCED_SECONDS
    return str(earlier) if recent else ""


def announced(connection: sa.Connection) -> Eviction | None:
    """Return what was announced last; None if nothing was, or this program cannot read it."""
    text = connection.scalar(sa.select(meta.c.value).where(meta.c.key == _ANNOUNCEMENT))
    try:
        return Eviction(**{name: _tuple(value) for name, value in json.loads(text).items()}) if text else None
    except (ValueError, TypeError, AttributeError):
        return None  # written by a newer version, or damaged


def announce(connection: sa.Connection, freed: Eviction) -> None:
    """Announce a deletion in place of what was announced before."""
    connection.execute(meta.delete().where(meta.c.key == _ANNOUNCEMENT))
    connection.execute(meta.insert().values(key=_ANNOUNCEMENT, value=json.dumps(asdict(freed))))


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _numbers(ids: tuple[int, ...]) -> str:
    """Return "run 3" or "runs 3, 4, 5"; for many runs only their count."""
    if len(ids) > MOST_NAMED:
        return f"{len(ids)} runs"
    return f"run{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"
