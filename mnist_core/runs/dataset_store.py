"""Datasets in the run store, so that workers on every host can train on them. Only MNIST comes with the program.

A dataset is identified by the sha256 of its content (see `data.content_sha256`). The same images are stored once,
whatever their name, and are checked against the sha256 when they are read.
"""

from __future__ import annotations

import io
import json

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mnist_core.data import MNIST_SHA256, Dataset, DatasetError, load_dataset
from mnist_core.data.dataset_file import from_npz
from mnist_core.data.extra_training_images import ExtraImages, with_extra_images
from mnist_core.errors import UserError
from mnist_core.runs import clock
from mnist_core.runs.database import Database
from mnist_core.runs.dataset_info import MNIST_INFO, TITLES, DatasetInfo
from mnist_core.runs.dataset_rows import (
    UNFINISHED_SWEEPS,
    by_sha256,
    find_any_dataset,
    find_dataset,
    forget_unused_mixtures,
    free_name,
    mixtures_of,
    numbered_name,
    put_dataset,
    to_info,
)
from mnist_core.runs.run_records import Requester
from mnist_core.runs.schema import dataset_blobs, datasets, runs, sweeps
from mnist_core.runs.seeds import wait_for_others
from mnist_core.text.escape import clean

MOST_NAMED = 5
"""The most runs or sweeps that a message lists."""


class DatasetInUse(UserError):
    """The dataset is still needed by runs or sweeps."""


class DatasetStore:
    """The datasets of a run store, MNIST included."""

    def __init__(self, store: Database) -> None:
        self.store = store

    def all(self) -> list[DatasetInfo]:
        """Return MNIST and all others: first those in `TITLES`, then the newest first."""
        with self.store.reading() as connection:
            rows = connection.execute(sa.select(datasets).order_by(datasets.c.created_at.desc())).mappings()
            found = [to_info(row) for row in rows]
        return [MNIST_INFO, *sorted(found, key=lambda info: info.name not in TITLES)]

    def classes(self) -> dict[str, int]:
        """Return the number of classes of each dataset, by sha256."""
        return {info.sha256: info.classes for info in self.all()}

    def info(self, wanted: str) -> DatasetInfo:
        """Return the dataset with this sha256, name or title. Raises `DatasetError` if there is none."""
        with self.store.reading() as connection:
            return find_dataset(connection, wanted)

    def add(self, dataset: Dataset, owner: str = "", nickname: str = "") -> DatasetInfo:
        """Store a dataset. One with the same content and class names that is already stored keeps its name.

        Raises `DatasetError` if the name is empty or taken, or the owner has too many datasets; `QuotaReached`.
        """
        known = self._known(dataset.sha256)
        if known is not None:
            return known
        data = pack(dataset)  # takes seconds, so not while holding the write lock
        with self.store.writing() as connection:
            again = by_sha256(connection, dataset.sha256)
            if again is not None:
                return again
            info = DatasetInfo(
                dataset.sha256,
                free_name(connection, dataset.name, owner),
                dataset.class_names,
                len(dataset.train_images),
                len(dataset.test_images),
                owner,
                clean(nickname),
                clock.now(connection),
            )
            put_dataset(connection, info, data)
        return info

    def add_mixture(
        self, base: str, extra: ExtraImages, of: str, owner: str = "", nickname: str = "", set_id: int = 0
    ) -> DatasetInfo:
        """Store a mixture: the dataset with the sha256 `base`, with drawings added to its training images.

        Later changes of the drawings do not change it. `of` and `set_id` name the handwriting set. The mixture is
        called after dataset and set, with a number from 2 on if the name is taken. Only the added images are stored.
        Raises `DatasetError` if there is no such dataset, or the labels do not fit its classes.
        """
        base_info = self.info(base)
        dataset = with_extra_images(self.load(base_info.sha256), extra, f"{base_info.title} + {of}")
        mixture = json.dumps({"base": base_info.sha256, "of": of, "set": set_id, "drawings": extra.originals})
        with self.store.writing() as connection:
            wait_for_others(connection)
            find_dataset(connection, base_info.sha256)  # it may have been deleted meanwhile
            known = by_sha256(connection, dataset.sha256)
            if known is not None:
                return known
            forget_unused_mixtures(connection)
            count, tests = len(dataset.train_images), len(dataset.test_images)
            names, now = dataset.class_names, clock.now(connection)
            name = numbered_name(connection, dataset.name)
            info = DatasetInfo(dataset.sha256, name, names, count, tests, owner, nickname, now, mixture)
            put_dataset(connection, info, extra.to_bytes())
        return info

    def forget_unused_mixtures(self) -> None:
        """Delete mixtures that no run has learned from in the hour since they were made."""
        with self.store.writing() as connection:
            wait_for_others(connection)
            forget_unused_mixtures(connection)

    def drawings_in(self, sha256: str) -> NDArray[np.uint8]:
        """Return the drawings (n, 28, 28) uint8 that were mixed into a dataset; n is 0 if it is no mixture."""
        with self.store.reading() as connection:
            info = find_dataset(connection, sha256)
            data = connection.scalar(sa.select(dataset_blobs.c.data).where(dataset_blobs.c.dataset == info.sha256))
        if not info.mixture:
            return np.zeros((0, 28, 28), dtype=np.uint8)
        extra = ExtraImages.from_bytes(bytes(data or b""))
        return extra.images[: extra.originals]

    def load(self, sha256: str) -> Dataset:
        """Return a dataset with its images. Raises `DatasetError` if there is none, or it is damaged."""
        if sha256 == MNIST_SHA256:
            return load_dataset()
        with self.store.reading() as connection:
            info = find_dataset(connection, sha256)
            data = connection.scalar(sa.select(dataset_blobs.c.data).where(dataset_blobs.c.dataset == info.sha256))
        if info.mixture:
            dataset = with_extra_images(
                self.load(json.loads(info.mixture)["base"]), ExtraImages.from_bytes(bytes(data or b"")), info.name
            )
        else:
            dataset = from_npz(bytes(data or b""), info.name, info.class_names)
        if dataset.sha256 != info.sha256:
            raise DatasetError(f"The stored images of {info.title} are damaged: wrong checksum. Add them again.")
        return dataset

    def delete(self, sha256: str, by: Requester) -> None:
        """Delete a dataset and the mixtures made from it. This cannot be undone.

        Raises `DatasetError` if it belongs to somebody else, `DatasetInUse` while a run has learned from one of these
        or a sweep trains on one.
        """
        with self.store.writing() as connection:
            wait_for_others(connection)
            info = find_any_dataset(connection, sha256)
            if info.sha256 == MNIST_SHA256:
                raise DatasetInUse(f"{info.title} cannot be deleted: it comes with the app.")
            if not by.may_change(info.owner):
                raise DatasetError(f"{info.title} is somebody else's: only the person who added it can delete it.")
            going = [info.sha256, *mixtures_of(connection, info.sha256)]
            _require_unused(connection, info.title, going)
            connection.execute(datasets.delete().where(datasets.c.sha256.in_(going)))

    def _known(self, sha256: str) -> DatasetInfo | None:
        with self.store.reading() as connection:
            return by_sha256(connection, sha256)


def pack(dataset: Dataset) -> bytes:
    """Return a dataset as a compressed npz file in the layout of MNIST's, with its class names."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dataset.arrays, class_names=np.array(dataset.class_names))
    return buffer.getvalue()


def _require_unused(connection: sa.Connection, title: str, sha256s: list[str]) -> None:
    """Raise `DatasetInUse` if a run has learned from one of these datasets or a sweep trains on one."""
    users = (
        ("runs", runs, sa.true(), "A deleted run is removed for good after a day."),
        ("sweeps", sweeps, UNFINISHED_SWEEPS, "Cancel them, or wait until they end."),
    )
    for what, table, using, cure in users:
        query = sa.select(table.c.id).where(table.c.dataset_sha256.in_(sha256s), using).order_by(table.c.id)
        numbers = [str(number) for number in connection.scalars(query.limit(MOST_NAMED + 1))]
        if numbers:
            more = " and others" if len(numbers) > MOST_NAMED else ""
            named = ", ".join(numbers[:MOST_NAMED])
            raise DatasetInUse(f"{title} cannot be deleted: {what} need it: {named}{more}. {cure}")
