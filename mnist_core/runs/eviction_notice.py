"""The notice of what retention has deleted, for the owners of the runs. It is shown for a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
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


@dataclass(frozen=True)
class Announcement:
    """What is told of a store: its `evictions` at one limit, the oldest first, each for a day from its own time.

    `blocked` holds no deletion, but since when the store has been over its limit with nothing left that may go.
    """

    evictions: tuple[Eviction, ...] = ()
    blocked: Eviction | None = None

    def followed_by(self, freed: Eviction | None) -> Announcement:
        """Return the announcement after retention has `freed` something, or nothing; None while there is room."""
        if freed is None:
            return replace(self, blocked=None)
        recent = tuple(it for it in self.evictions if it.limit == freed.limit and it.at >= freed.at - ANNOUNCED_SECONDS)
        if freed.anything:
            return Announcement((*recent, freed))
        if self.blocked is not None and self.blocked.limit == freed.limit:
            return self
        return Announcement(recent, freed)

    def words(self, now: float) -> str:
        """Return in words what is not older than a day, `now` in seconds since 1970; "" if nothing."""
        recent = [it for it in self.evictions if it.at > now - ANNOUNCED_SECONDS]
        if recent:
            return str(_together(recent))
        return str(self.blocked) if self.blocked and self.blocked.at > now - ANNOUNCED_SECONDS else ""


def retention_notice(store: RunStore) -> str:
    """Return in words what retention has deleted in the last 24 hours; "" if nothing."""
    with store.reading() as connection:
        return announced(connection).words(clock.now(connection))


def announced(connection: sa.Connection) -> Announcement:
    """Return what is announced; nothing if this program cannot read it."""
    text = connection.scalar(sa.select(meta.c.value).where(meta.c.key == _ANNOUNCEMENT))
    try:
        return _announcement(json.loads(text)) if text else Announcement()
    except (ValueError, TypeError, AttributeError, KeyError):
        return Announcement()  # written by a newer version, or damaged


def announce(connection: sa.Connection, freed: Eviction | None) -> bool:
    """Announce what retention has `freed`, or that nothing may go, and return whether that is new.

    None says that there is room: that nothing may go is over then.
    """
    earlier = announced(connection)
    announcement = earlier.followed_by(freed)
    if announcement == earlier:
        return False
    connection.execute(meta.delete().where(meta.c.key == _ANNOUNCEMENT))
    connection.execute(meta.insert().values(key=_ANNOUNCEMENT, value=json.dumps(asdict(announcement))))
    return freed is not None


def _announcement(found: Any) -> Announcement:
    if "evictions" not in found:  # an earlier version kept one deletion, with the time of its last part
        only = _eviction(found)
        return Announcement((only,)) if only.anything else Announcement(blocked=only)
    blocked = found["blocked"]
    return Announcement(tuple(map(_eviction, found["evictions"])), None if blocked is None else _eviction(blocked))


def _eviction(found: Any) -> Eviction:
    return Eviction(**{name: _tuple(value) for name, value in found.items()})


def _together(evictions: Sequence[Eviction]) -> Eviction:
    """Return several evictions at the same limit as one."""
    kinds = ("states", "runs", "networks")
    numbers: dict[str, Any] = {
        kind: tuple(chain.from_iterable(getattr(it, kind) for it in evictions)) for kind in kinds
    }
    return replace(evictions[-1], **numbers)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _numbers(ids: tuple[int, ...]) -> str:
    """Return "run 3" or "runs 3, 4, 5"; for many runs only their count."""
    if len(ids) > MOST_NAMED:
        return f"{len(ids)} runs"
    return f"run{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"
