"""Places in a ranking, where equals share one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

Entry = TypeVar("Entry")


class Place(NamedTuple, Generic[Entry]):
    """An entry and its place, from 1. After two at place 1 comes place 3."""

    place: int
    entry: Entry


def places(entries: Iterable[Entry], key: Callable[[Entry], Any]) -> list[Place[Entry]]:
    """Rank entries, the one with the smallest `key` first; those with the same key share a place."""
    ranked: list[Place[Entry]] = []
    for index, entry in enumerate(sorted(entries, key=key), 1):
        same = bool(ranked) and key(ranked[-1].entry) == key(entry)
        ranked.append(Place(ranked[-1].place if same else index, entry))
    return ranked
