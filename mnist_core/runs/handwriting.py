"""Handwriting sets: drawings of people with what they are, kept in the run store under a name.

A second test set for any network that knows the same classes, and something to learn from (see `datasets.mixture`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.datasets.foreign import check_images, check_labels, read_npz
from mnist_core.datasets.mixture import repeated
from mnist_core.errors import UserError
from mnist_core.runs import schema
from mnist_core.runs.datasets import DatasetShelf
from mnist_core.runs.quotas import HANDWRITING, require_room
from mnist_core.runs.records import DatasetInfo
from mnist_core.runs.schema import drawings, handwriting_sets

if TYPE_CHECKING:
    from mnist_core.runs.store import RunStore

NAME_LENGTH = 60
MOST_DRAWINGS = 10_000
"""In a set: 8 MB."""
MOST_SETS = 50
"""Of one person."""
UNDO_SECONDS = 24 * 3600.0
"""How long what was deleted can be had back."""
EXPECTED = (
    "Expected are the arrays images, of the shape (n, 28, 28) and type uint8, 0 the background and 255 full ink, and "
    "labels, a whole number for each image."
)


class HandwritingError(UserError):
    """A set or a drawing that is not there, or cannot be kept."""


@dataclass(frozen=True)
class HandwritingSet:
    """A set without its drawings; `count` is how many there are."""

    id: int
    name: str
    class_names: tuple[str, ...]
    owner: str = field(repr=False)
    nickname: str
    created_at: float
    count: int


@dataclass(frozen=True, eq=False)
class Drawings:
    """The drawings of a set, oldest first: images (n, 28, 28) uint8, labels (n,) uint8; who drew each, and when.

    `version` changes whenever they do.
    """

    ids: tuple[int, ...]
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    owners: tuple[str, ...]
    nicknames: tuple[str, ...]
    created_at: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def version(self) -> tuple[tuple[int, ...], bytes]:
        """What tells this state of a set from others, for caches."""
        return self.ids, self.labels.tobytes()

    def to_npz(self, class_names: Sequence[str]) -> bytes:
        """Return them as an npz file, without who drew them."""
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {"images": self.images, "labels": self.labels, "class_names": np.array(class_names)}
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()


class Handwriting:
    """All handwriting sets of a run store."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    # -- sets -----------------------------------------------------------------------------------

    def sets(self, class_names: Sequence[str] | None = None) -> list[HandwritingSet]:
        """Return all sets, or those of these classes, by their names."""
        counted = sa.select(sa.func.count()).select_from(drawings).where(*_there(handwriting_sets.c.id))
        query = sa.select(handwriting_sets, counted.scalar_subquery().label("count"))
        query = query.where(handwriting_sets.c.deleted_at.is_(None)).order_by(handwriting_sets.c.name)
        if class_names is not None:
            query = query.where(handwriting_sets.c.class_names == json.dumps(list(class_names)))
        with self.store.reading() as connection:
            return [_to_set(row) for row in connection.execute(query).mappings()]

    def create(self, name: str, class_names: Sequence[str], owner: str, nickname: str) -> int:
        """Begin a set and return its number. Raises `HandwritingError` if the name is empty or taken, or too many."""
        with self.store.writing() as connection:
            mine = sa.select(sa.func.count()).select_from(handwriting_sets).where(handwriting_sets.c.owner == owner)
            if (connection.scalar(mine.where(handwriting_sets.c.deleted_at.is_(None))) or 0) >= MOST_SETS:
                raise HandwritingError(f"You have {MOST_SETS} sets, which is the most kept for one person.")
            values = {"name": _free_name(connection, name), "class_names": json.dumps(list(class_names))}
            values |= {"owner": owner, "nickname": nickname}
            times = {"created_at": schema.now(connection)}
            return int(
                connection.execute(
                    handwriting_sets.insert().values(values | times).returning(handwriting_sets.c.id)
                ).scalar_one()
            )

    def rename(self, set_id: int, name: str) -> None:
        """Call the set otherwise. Raises `HandwritingError` if the name is empty or taken."""
        with self.store.writing() as connection:
            self._change_set(connection, set_id, name=_free_name(connection, name, set_id))

    def delete(self, set_id: int) -> None:
        """Take the set out of sight; `restore` brings it back for a day."""
        with self.store.writing() as connection:
            _forget_old(connection)
            self._change_set(connection, set_id, deleted_at=schema.now(connection))

    def restore(self, set_id: int) -> None:
        """Undo `delete`."""
        with self.store.writing() as connection:
            self._change_set(connection, set_id, deleted_at=None)

    # -- drawings -------------------------------------------------------------------------------

    def drawings(self, set_id: int) -> Drawings:
        """Return the drawings of a set."""
        query = sa.select(drawings).where(*_there(set_id)).order_by(drawings.c.id)
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

    def keep(self, set_id: int, image: NDArray, label: int, owner: str, nickname: str) -> int:
        """Keep a drawing (28, 28), uint8 or float in [0, 1], with what it is; return its number.

        The very same drawing is kept once: said to be another, it is another. Raises `HandwritingError`.
        """
        return self._keep(set_id, as_bytes(image)[None], np.array([label]), owner, nickname)[0]

    def relabel(self, drawing_id: int, label: int) -> None:
        """Say that a drawing is something else. Raises `HandwritingError` if it is gone, or there is no such class."""
        with self.store.writing() as connection:
            set_id = connection.scalar(sa.select(drawings.c.set_id).where(drawings.c.id == drawing_id))
            _check_classes(_locked(connection, set_id or 0), np.array([label]))
            connection.execute(drawings.update().where(drawings.c.id == drawing_id).values(label=label))

    def remove(self, drawing_id: int) -> None:
        """Take a drawing out of its set; `put_back` brings it back for a day."""
        with self.store.writing() as connection:
            _forget_old(connection)
            values = {"deleted_at": schema.now(connection)}
            connection.execute(drawings.update().where(drawings.c.id == drawing_id).values(values))

    def put_back(self, drawing_id: int) -> None:
        """Undo `remove`."""
        with self.store.writing() as connection:
            connection.execute(drawings.update().where(drawings.c.id == drawing_id).values(deleted_at=None))

    def import_npz(self, set_id: int, data: bytes, owner: str, nickname: str) -> int:
        """Add the drawings of a file that `Drawings.to_npz` wrote, or one like it; return how many are new.

        Raises `BadDatasetFile` for anything else, `HandwritingError` if there are too many or labels do not fit.
        """
        arrays = read_npz(data, ("images", "labels"), EXPECTED, largest=2 * MOST_DRAWINGS * IMAGE_SIZE**2)
        images = check_images(arrays["images"], "images", EXPECTED)
        labels = check_labels(arrays["labels"], len(images), "labels")
        before = len(self.drawings(set_id))
        self._keep(set_id, images, labels, owner, nickname)
        return len(self.drawings(set_id)) - before

    def mixture(self, set_id: int, base: str, owner: str, nickname: str) -> DatasetInfo:
        """Return a dataset (by its sha256) with the drawings that there are now among its training images.

        Side effect: it is kept in the store, as it is now. Raises `DatasetError` if there are no drawings, or they
        are of other classes.
        """
        name = next((it.name for it in self.sets() if it.id == set_id), "")
        these, shelf = self.drawings(set_id), DatasetShelf(self.store)
        extra = repeated(these.images, these.labels, shelf.info(base).train_images)
        return shelf.add_mixture(base, extra, name, owner, nickname)

    def _keep(
        self, set_id: int, images: NDArray[np.uint8], labels: NDArray[np.integer], owner: str, nickname: str
    ) -> list[int]:
        with self.store.writing() as connection:
            _check_classes(_locked(connection, set_id), labels)
            known = connection.execute(sa.select(drawings.c.image, drawings.c.id).where(*_there(set_id)))
            by_image = {bytes(image): int(drawing_id) for image, drawing_id in known}
            new = {image.tobytes() for image in images} - by_image.keys()
            if len(by_image) + len(new) > MOST_DRAWINGS:
                raise HandwritingError(f"A set holds at most {MOST_DRAWINGS:,} drawings. Begin another one.")
            require_room(connection, HANDWRITING, owner, len(new) * IMAGE_SIZE**2)
            values = {"set_id": set_id, "owner": owner, "nickname": nickname, "created_at": schema.now(connection)}
            for image, label in zip(images, labels.tolist(), strict=True):
                key = image.tobytes()
                if key in by_image:
                    same = drawings.c.id == by_image[key]
                    connection.execute(drawings.update().where(same).values(label=label))
                else:
                    insert = drawings.insert().values(values | {"image": key, "label": label})
                    by_image[key] = int(connection.execute(insert.returning(drawings.c.id)).scalar_one())
            return [by_image[image.tobytes()] for image in images]

    def _change_set(self, connection: sa.Connection, set_id: int, **values: Any) -> None:
        changed = connection.execute(
            handwriting_sets.update().where(handwriting_sets.c.id == set_id).values(values)
        ).rowcount
        if not changed:
            raise HandwritingError("This handwriting set is gone.")


def as_bytes(image: NDArray) -> NDArray[np.uint8]:
    """Return an image (28, 28) as the network saw it, float in [0, 1] or uint8, as uint8."""
    return image if image.dtype == np.uint8 else np.rint(image * 255).astype(np.uint8)


def _there(set_id: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (drawings.c.set_id == set_id, drawings.c.deleted_at.is_(None))


def _locked(connection: sa.Connection, set_id: int) -> tuple[str, ...]:
    """Return the classes of a set that is there. Raises `HandwritingError`."""
    query = sa.select(handwriting_sets.c.class_names).where(
        handwriting_sets.c.id == set_id, handwriting_sets.c.deleted_at.is_(None)
    )
    found = connection.scalar(query.with_for_update())
    if found is None:
        raise HandwritingError("This handwriting set, or the drawing, is gone. It may have been deleted.")
    return tuple(json.loads(found))


def _check_classes(class_names: tuple[str, ...], labels: NDArray[np.integer]) -> None:
    if int(labels.min()) < 0 or int(labels.max()) >= len(class_names):
        raise HandwritingError(f"Labels must be from 0 to {len(class_names) - 1}: that is what the set's classes are.")


def _free_name(connection: sa.Connection, name: str, besides: int = 0) -> str:
    cleaned = " ".join(name.split())[:NAME_LENGTH]
    same = (handwriting_sets.c.name == cleaned, handwriting_sets.c.deleted_at.is_(None))
    taken = connection.scalar(sa.select(sa.exists().where(*same, handwriting_sets.c.id != besides)))
    if not cleaned or taken:
        raise HandwritingError("A set needs a name." if not cleaned else "There is a set of that name already.")
    return cleaned


def _forget_old(connection: sa.Connection) -> None:
    """Remove for good what was deleted longer than a day ago."""
    old = schema.now(connection) - UNDO_SECONDS
    for table in (drawings, handwriting_sets):
        connection.execute(table.delete().where(table.c.deleted_at < old))


def _to_set(row: sa.RowMapping) -> HandwritingSet:
    values = {name: row[name] for name in HandwritingSet.__dataclass_fields__}
    return HandwritingSet(**values | {"class_names": tuple(json.loads(row["class_names"]))})
