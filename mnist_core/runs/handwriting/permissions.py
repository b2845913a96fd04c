"""Checks who may add, change and remove what in handwriting sets, in SQL. `records.RULE` says it in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mnist_core.runs.handwriting.records import (
    MOST_DRAWINGS,
    MOST_OF_ONE,
    MOST_OF_OTHERS,
    HandwritingError,
    HandwritingSet,
)
from mnist_core.runs.run_records import Requester
from mnist_core.runs.schema import drawings, handwriting_sets
from mnist_core.runs.unreadable_rows import why_unreadable
from mnist_core.text.escape import quoted
from mnist_core.text.sentence import sentence


class SomeDrawings(NamedTuple):
    """The owners of some drawings of one set, removed drawings included."""

    which: HandwritingSet
    owners: list[str]


def locked_set(connection: sa.Connection, set_id: int) -> HandwritingSet:
    """Lock and return a set, with a `count` of 0. Raises `HandwritingError` if there is none."""
    query = sa.select(handwriting_sets).where(handwriting_sets.c.id == set_id, handwriting_sets.c.deleted_at.is_(None))
    found = connection.execute(query.with_for_update()).mappings().first()
    if found is None:
        raise HandwritingError("This handwriting set or drawing no longer exists. It may have been deleted.")
    return to_set(dict(found) | {"count": 0})


def drawings_of_one_set(connection: sa.Connection, drawing_ids: Collection[int]) -> SomeDrawings:
    """Return the owners and the locked set. Raises `HandwritingError` if drawings are missing or of several sets."""
    query = sa.select(drawings.c.set_id, drawings.c.owner).where(drawings.c.id.in_(drawing_ids))
    found = connection.execute(query).all()
    sets = {row.set_id for row in found}
    if len(found) != len(set(drawing_ids)) or len(sets) != 1:
        raise HandwritingError("This drawing no longer exists. It may have been deleted.")
    return SomeDrawings(locked_set(connection, sets.pop()), [row.owner for row in found])


def require_removable(found: SomeDrawings, by: Requester) -> None:
    """Raise `HandwritingError` unless the requester owns the drawings or their set."""
    if not by.may_change(found.which.owner) and not all(map(by.may_change, found.owners)):
        raise HandwritingError("Somebody else drew this: only they, or the set's owner, can delete it.")


def require_share(connection: sa.Connection, which: HandwritingSet, owner: str, new: int) -> None:
    """Raise `HandwritingError` if `owner` may not add `new` more drawings to a set."""
    query = sa.select(drawings.c.owner, sa.func.count()).where(*not_removed(which.id)).group_by(drawings.c.owner)
    counts = {drawer: int(count) for drawer, count in connection.execute(query)}
    total = sum(counts.values()) + new
    if total > MOST_DRAWINGS:
        raise HandwritingError("A set holds at most {most:,} drawings. Create another one.", most=MOST_DRAWINGS)
    if owner == which.owner or not new:
        return
    if counts.get(owner, 0) + new > MOST_OF_ONE:
        raise HandwritingError(
            "You may have {most} drawings in somebody else's set; with these you would have "
            "{drawings:,}. Create a set of your own under Handwriting.",
            most=MOST_OF_ONE,
            drawings=counts.get(owner, 0) + new,
        )
    if total - counts.get(which.owner, 0) > MOST_OF_OTHERS:
        raise HandwritingError(
            "A set holds {most:,} drawings by people other than its owner, and this one is full. Create "
            "a set of your own under Handwriting.",
            most=MOST_OF_OTHERS,
        )


def check_classes(which: HandwritingSet, labels: NDArray[np.integer]) -> None:
    """Raise `HandwritingError` if one of the labels (n,) is no class of the set."""
    last = len(which.class_names) - 1
    if int(labels.min()) < 0 or int(labels.max()) > last:
        raise HandwritingError("Labels must be from 0 to {last}: these are the classes of the set.", last=last)


def not_removed(set_id: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for the drawings of a set that are not removed."""
    return (drawings.c.set_id == set_id, drawings.c.deleted_at.is_(None))


def to_set(row: Mapping[str, Any]) -> HandwritingSet:
    """Build a `HandwritingSet` from a row that has a `count`."""
    values = {name: row[name] for name in HandwritingSet.__dataclass_fields__ if name in row}
    values |= {"open": bool(row["open"])}
    try:
        return HandwritingSet(**values | {"class_names": tuple(map(str, json.loads(row["class_names"])))})
    except (ValueError, TypeError) as error:
        what = sentence("The list of classes of the handwriting set {name}", name=quoted(str(row["name"])))
        return HandwritingSet(**values | {"class_names": ()}, damaged=why_unreadable(what, error))
