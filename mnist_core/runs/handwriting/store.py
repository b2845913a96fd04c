"""Handwriting sets: labelled drawings, stored under a name.

A set is a second test set for any network with the same classes, and can be mixed into a training set (see
`data.extra_training_images`).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.data.extra_training_images import with_copies
from mnist_core.runs import clock
from mnist_core.runs.classes.membership import may_draw_for
from mnist_core.runs.database import Database
from mnist_core.runs.dataset_info import DatasetInfo
from mnist_core.runs.dataset_store import DatasetStore
from mnist_core.runs.handwriting.npz_file import from_npz
from mnist_core.runs.handwriting.permissions import (
    check_classes,
    drawings_of_one_set,
    locked_set,
    not_removed,
    require_removable,
    require_share,
    to_set,
)
from mnist_core.runs.handwriting.planned_mixture import PlannedMixture
from mnist_core.runs.handwriting.records import (
    Drawings,
    HandwritingError,
    HandwritingSet,
    Imported,
    Labelled,
    as_bytes,
)
from mnist_core.runs.handwriting.writers import WriterSplit, is_split_by_writer, split_by_writer
from mnist_core.runs.quotas import HANDWRITING, require_room
from mnist_core.runs.run_records import Requester
from mnist_core.runs.schema import drawings, handwriting_sets
from mnist_core.runs.seeds import wait_for_others
from mnist_core.text.escape import clean

NAME_LENGTH = 60
MOST_SETS = 50
"""The most sets of one owner."""
UNDO_SECONDS = 24 * 3600.0
"""How long deleted sets and drawings can be restored."""

# Built once: it takes longer than what they ask for, and the Draw page asks after each stroke.
_SETS = (
    sa.select(
        handwriting_sets,
        sa.select(sa.func.count())
        .select_from(drawings)
        .where(*not_removed(handwriting_sets.c.id))
        .scalar_subquery()
        .label("count"),
    )
    .where(handwriting_sets.c.deleted_at.is_(None))
    .order_by(handwriting_sets.c.name)
)
_SETS_OF_CLASSES = _SETS.where(handwriting_sets.c.class_names == sa.bindparam("classes"))
_one_drawing = drawings.alias()
_SET_OF_DRAWING = (
    _SETS.add_columns(_one_drawing.c.label)
    .join(_one_drawing, _one_drawing.c.set_id == handwriting_sets.c.id)
    .where(_one_drawing.c.id == sa.bindparam("drawing"), _one_drawing.c.deleted_at.is_(None))
)
_HAS_CLASSES = sa.select(
    sa.exists().where(
        handwriting_sets.c.id == sa.bindparam("set"),
        handwriting_sets.c.class_names == sa.bindparam("classes"),
        handwriting_sets.c.deleted_at.is_(None),
    )
)


class _Kept(NamedTuple):
    """The result of storing drawings: their ids, how many are `new`, and how many of others were left unchanged."""

    ids: list[int]
    new: int
    left: int


class HandwritingStore:
    """All handwriting sets of a run store.

    Changing what belongs to somebody else raises `HandwritingError`; `records.RULE` says who may change what.
    """

    def __init__(self, store: Database) -> None:
        self.store = store

    # -- sets -----------------------------------------------------------------------------------

    def sets(self, class_names: Sequence[str] | None = None) -> list[HandwritingSet]:
        """Return all sets, or those with these classes, sorted by name."""
        query = _SETS if class_names is None else _SETS_OF_CLASSES
        asked = {} if class_names is None else {"classes": json.dumps(list(class_names))}
        with self.store.reading() as connection:
            return [to_set(dict(row)) for row in connection.execute(query, asked).mappings()]

    def has_classes(self, set_id: int, class_names: Sequence[str]) -> bool:
        """Whether the drawings of a set are of these classes, in this order, so that a network for them reads it."""
        asked = {"set": set_id, "classes": json.dumps(list(class_names))}
        with self.store.reading() as connection:
            return bool(connection.scalar(_HAS_CLASSES, asked))

    def create(
        self,
        name: str,
        class_names: Sequence[str],
        owner: str,
        nickname: str,
        open_to_others: bool = True,
        *,
        numbered: bool = False,
    ) -> int:
        """Create a set and return its id. Raises `HandwritingError` for an empty or taken name, or too many sets.

        With `numbered`, a taken name gets the first free number behind it, also if many ask for it at once.
        """
        with self.store.writing() as connection:
            if numbered:
                wait_for_others(connection)
                name = _numbered_name(connection, name)
            mine = sa.select(sa.func.count()).select_from(handwriting_sets).where(handwriting_sets.c.owner == owner)
            if (connection.scalar(mine.where(handwriting_sets.c.deleted_at.is_(None))) or 0) >= MOST_SETS:
                raise HandwritingError(
                    "You have {most} sets, and one person may have no more: delete one first.", most=MOST_SETS
                )
            values = {
                "name": _free_name(connection, name),
                "class_names": json.dumps(list(class_names)),
                "owner": owner,
                "nickname": clean(nickname),
                "open": int(open_to_others),
                "created_at": clock.now(connection),
            }
            return int(
                connection.execute(
                    handwriting_sets.insert().values(values).returning(handwriting_sets.c.id)
                ).scalar_one()
            )

    def rename(self, set_id: int, name: str, by: Requester) -> None:
        """Rename the set. Raises `HandwritingError` if the name is empty or taken."""
        with self.store.writing() as connection:
            self._change_set(connection, set_id, by, name=_free_name(connection, name, set_id))

    def open_to_others(self, set_id: int, allowed: bool, by: Requester) -> None:
        """Allow or forbid others to add drawings to the set. Drawings that they have added stay."""
        with self.store.writing() as connection:
            self._change_set(connection, set_id, by, open=int(allowed))

    def delete(self, set_id: int, by: Requester) -> None:
        """Delete the set. `restore` undoes it within a day."""
        with self.store.writing() as connection:
            _forget_old(connection)
            self._change_set(connection, set_id, by, deleted_at=clock.now(connection))

    def restore(self, set_id: int, by: Requester) -> None:
        """Undo `delete`."""
        with self.store.writing() as connection:
            self._change_set(connection, set_id, by, deleted_at=None)

    # -- drawings -------------------------------------------------------------------------------

    def drawings(self, set_id: int, owner: str | None = None, after: int = 0) -> Drawings:
        """Return the drawings of a set: all, or those of one owner, or those with a number above `after`."""
        query = sa.select(drawings).where(*not_removed(set_id), drawings.c.id > after).order_by(drawings.c.id)
        if owner is not None:
            query = query.where(drawings.c.owner == owner)
        with self.store.reading() as connection:
            rows = connection.execute(query).mappings().all()
        pixels = np.frombuffer(b"".join(row["image"] for row in rows), dtype=np.uint8)
        return Drawings(
            tuple(row["id"] for row in rows),
            pixels.reshape(len(rows), IMAGE_SIZE, IMAGE_SIZE),
            np.array([row["label"] for row in rows], dtype=np.uint8),
            tuple(row["owner"] for row in rows),
            tuple(row["nickname"] for row in rows),
            tuple(row["created_at"] for row in rows),
        )

    def labels(self, set_id: int, owner: str | None = None) -> list[Labelled]:
        """Return what there is to say of the drawings of a set, or of one owner in it, without images, oldest first."""
        columns = (drawings.c.id, drawings.c.label, drawings.c.nickname, drawings.c.owner)
        query = sa.select(*columns).where(*not_removed(set_id)).order_by(drawings.c.id)
        if owner is not None:
            query = query.where(drawings.c.owner == owner)
        with self.store.reading() as connection:
            return [Labelled(*row) for row in connection.execute(query)]

    def set_and_label(self, drawing_id: int) -> tuple[HandwritingSet, int] | None:
        """Return the set of a drawing and its present label; None if the drawing or its set is removed."""
        with self.store.reading() as connection:
            row = connection.execute(_SET_OF_DRAWING, {"drawing": drawing_id}).mappings().first()
        return None if row is None else (to_set(dict(row)), int(row["label"]))

    def counts(self, set_id: int) -> dict[str, int]:
        """Return how many drawings each person has in a set who has any."""
        query = sa.select(drawings.c.owner, sa.func.count()).where(*not_removed(set_id)).group_by(drawings.c.owner)
        with self.store.reading() as connection:
            return {str(owner): int(count) for owner, count in connection.execute(query)}

    def count_of(self, owner: str, since: float = 0.0) -> int:
        """Return how many drawings `owner` has labelled, in all sets that are not deleted.

        Those from before `since`, a time of the database's clock, do not count.
        """
        there = sa.and_(drawings.c.owner == owner, drawings.c.deleted_at.is_(None), drawings.c.created_at >= since)
        query = sa.select(sa.func.count()).select_from(drawings.join(handwriting_sets)).where(there)
        with self.store.reading() as connection:
            return int(connection.scalar(query.where(handwriting_sets.c.deleted_at.is_(None))) or 0)

    def keep(self, set_id: int, image: NDArray, label: int, owner: str, nickname: str) -> int:
        """Store a drawing (28, 28), uint8 or float in [0, 1], with its label, and return its id.

        The same drawing is stored once; storing it again changes its label. Raises `HandwritingError`, also if somebody
        else has stored the same drawing in the set.
        """
        kept = self._keep(set_id, as_bytes(image)[None], np.array([label]), owner, nickname)
        if kept.left:
            raise HandwritingError("Somebody else has added this drawing to the set already. Their label stays.")
        return kept.ids[0]

    def relabel(self, drawing_id: int, label: int, by: Requester) -> None:
        """Change the label of a drawing. Only its owner may. Raises `HandwritingError`."""
        with self.store.writing() as connection:
            found = drawings_of_one_set(connection, [drawing_id])
            check_classes(found.which, np.array([label]))
            if not by.may_change(found.owners[0]):
                raise HandwritingError("Somebody else drew this: only they can change its label.")
            connection.execute(drawings.update().where(drawings.c.id == drawing_id).values(label=label))

    def remove(self, drawing_ids: Collection[int], by: Requester) -> None:
        """Remove drawings from their set. `put_back` undoes it within a day.

        The requester must own the drawings or the set. Raises `HandwritingError`.
        """
        with self.store.writing() as connection:
            require_removable(drawings_of_one_set(connection, drawing_ids), by)
            _forget_old(connection)
            values = {"deleted_at": clock.now(connection)}
            connection.execute(drawings.update().where(drawings.c.id.in_(drawing_ids)).values(values))

    def put_back(self, drawing_ids: Collection[int], by: Requester) -> None:
        """Undo `remove`. Raises `HandwritingError`, also if the set is full meanwhile."""
        with self.store.writing() as connection:
            found = drawings_of_one_set(connection, drawing_ids)
            require_removable(found, by)
            for owner in set(found.owners):
                require_share(connection, found.which, owner, found.owners.count(owner))
            connection.execute(drawings.update().where(drawings.c.id.in_(drawing_ids)).values(deleted_at=None))

    def forget_removed(self) -> None:
        """Delete for good what was removed more than a day ago."""
        with self.store.writing() as connection:
            _forget_old(connection)

    def import_npz(self, set_id: int, data: bytes, owner: str, nickname: str) -> Imported:
        """Add the drawings of an npz file as `npz_file.to_npz` writes it.

        Drawings of others that are already in the set are left unchanged. Raises `BadDatasetFile` for any other file,
        `HandwritingError` for too many drawings or labels that are no classes of the set.
        """
        kept = self._keep(set_id, *from_npz(data), owner, nickname)
        return Imported(kept.new, kept.left)

    def mixture(self, set_id: int, base: str, owner: str, nickname: str) -> DatasetInfo:
        """Return the dataset with the sha256 `base` with the present drawings among its training images.

        Of the set of a class, these are the drawings of some writers only, see `writers`. Side effect: the dataset is
        stored, and later changes of the set do not change it. Raises `DatasetError` if the set has no drawings, or
        other classes; `HandwritingError` if a class has fewer than two writers.
        """
        which = next((it for it in self.sets() if it.id == set_id), None)
        these, dataset_store = self.drawings(set_id), DatasetStore(self.store)
        if which is not None and is_split_by_writer(which):
            learned = split_by_writer(which.owner, these.owners).learned
            these = these.of([owner in learned for owner in these.owners])
        extra = with_copies(these.images, these.labels, dataset_store.info(base).train_images)
        return dataset_store.add_mixture(base, extra, which.name if which else "", owner, nickname, set_id)

    def plan(self, base: DatasetInfo, which: HandwritingSet) -> PlannedMixture:
        """Return what `mixture` would make now. Raises `HandwritingError` if a class has fewer than two writers."""
        return PlannedMixture(base, which, self.split(which))

    def split(self, which: HandwritingSet) -> WriterSplit | None:
        """Return which writers of a class's set are learned from; None for other sets, which are learned as a whole.

        Raises `HandwritingError` with fewer than two writers.
        """
        if not is_split_by_writer(which):
            return None
        query = sa.select(drawings.c.owner).where(*not_removed(which.id))
        with self.store.reading() as connection:
            return split_by_writer(which.owner, list(connection.scalars(query)))

    def _keep(
        self, set_id: int, images: NDArray[np.uint8], labels: NDArray[np.integer], owner: str, nickname: str
    ) -> _Kept:
        with self.store.writing() as connection:
            which = locked_set(connection, set_id)
            check_classes(which, labels)
            if not (which.accepts_drawings_of(owner) or may_draw_for(connection, which.owner, owner)):
                raise HandwritingError("This set is closed: only its owner can add drawings. Choose one of your own.")
            query = sa.select(drawings.c.image, drawings.c.id, drawings.c.owner).where(*not_removed(set_id))
            known = {bytes(image): (int(number), drawer) for image, number, drawer in connection.execute(query)}
            new = {image.tobytes() for image in images} - known.keys()
            require_share(connection, which, owner, len(new))
            require_room(connection, HANDWRITING, owner, len(new) * IMAGE_SIZE**2)
            left = {key for key in map(np.ndarray.tobytes, images) if key in known and known[key][1] != owner}
            values = {"set_id": set_id, "owner": owner, "nickname": clean(nickname)}
            values |= {"created_at": clock.now(connection)}
            for image, label in zip(images, labels.tolist(), strict=True):
                key = image.tobytes()
                if key not in known:
                    insert = drawings.insert().values(values | {"image": key, "label": label})
                    known[key] = (int(connection.execute(insert.returning(drawings.c.id)).scalar_one()), owner)
                elif key not in left:
                    same = drawings.c.id == known[key][0]
                    connection.execute(drawings.update().where(same).values(label=label))
            return _Kept([known[image.tobytes()][0] for image in images], len(new), len(left))

    def _change_set(self, connection: sa.Connection, set_id: int, by: Requester, **values: Any) -> None:
        owner = connection.scalar(sa.select(handwriting_sets.c.owner).where(handwriting_sets.c.id == set_id))
        if owner is None:
            raise HandwritingError("This handwriting set no longer exists.")
        if not by.may_change(owner):
            raise HandwritingError("This is somebody else's set: only they can rename, open, close or delete it.")
        connection.execute(handwriting_sets.update().where(handwriting_sets.c.id == set_id).values(values))


def _free_name(connection: sa.Connection, name: str, besides: int = 0) -> str:
    cleaned = clean(name, NAME_LENGTH)
    same = (handwriting_sets.c.name == cleaned, handwriting_sets.c.deleted_at.is_(None))
    taken = connection.scalar(sa.select(sa.exists().where(*same, handwriting_sets.c.id != besides)))
    if not cleaned:
        raise HandwritingError("A set needs a name.")
    if taken:
        raise HandwritingError("There is already a set of that name.")
    return cleaned


def _numbered_name(connection: sa.Connection, name: str) -> str:
    """Return the name, or the first of "name 2", "name 3", ... that no set has."""
    taken = set(connection.scalars(sa.select(handwriting_sets.c.name).where(handwriting_sets.c.deleted_at.is_(None))))
    numbered = (f"{name} {number}" for number in itertools.count(2))
    return name if name not in taken else next(it for it in numbered if it not in taken)


def _forget_old(connection: sa.Connection) -> None:
    """Delete permanently what was deleted more than a day ago."""
    old = clock.now(connection) - UNDO_SECONDS
    for table in (drawings, handwriting_sets):
        connection.execute(table.delete().where(table.c.deleted_at < old))
