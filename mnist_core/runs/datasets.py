"""Datasets in the run store, so that workers on every host can train on them; MNIST alone comes with the program.

A dataset is what its sha256 says (see `data.content_sha256`): the same images under another name are there once, and
what is read is checked against it.
"""

from __future__ import annotations

import io
import itertools
import json

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from mnist_core.data import DIGITS, MNIST, MNIST_ARRAYS, MNIST_SHA256, Dataset, DatasetError, load_dataset
from mnist_core.data.dataset_file import NAME_LENGTH, from_npz
from mnist_core.data.mixture import ExtraImages, with_extra_images
from mnist_core.errors import UserError
from mnist_core.runs import clock
from mnist_core.runs.damage import require_numbers, why_unreadable
from mnist_core.runs.database import Database
from mnist_core.runs.quotas import DATASETS, require_room
from mnist_core.runs.records import TITLES, DatasetInfo, Requester, SweepState
from mnist_core.runs.schema import dataset_blobs, datasets, runs, sweeps
from mnist_core.text.escape import LONGEST_SENTENCE, clean, quoted

MNIST_INFO = DatasetInfo(MNIST_SHA256, MNIST, DIGITS, MNIST_ARRAYS["x_train"].shape[0], MNIST_ARRAYS["x_test"].shape[0])
UNUSED_SECONDS = 3600.0
"""A mixture is made a moment before the run that learns from it."""
MOST_DATASETS = 50
"""Of one owner."""
MIXTURE_NAME_LENGTH = 80
"""As many characters as the column of names has."""
MOST_NAMED = 5
"""Runs or sweeps in one sentence."""
_NUMBERS = ("train_images", "test_images", "created_at")
_GOING = sweeps.c.state.in_([state for state in SweepState if not state.ended])


class DatasetInUse(UserError):
    """A dataset that runs still need."""


class DatasetStore:
    """The datasets of a run store, MNIST included."""

    def __init__(self, store: Database) -> None:
        self.store = store

    def all(self) -> list[DatasetInfo]:
        """Return MNIST and the others, those with a name in code first, then the newest."""
        with self.store.reading() as connection:
            rows = connection.execute(sa.select(datasets).order_by(datasets.c.created_at.desc())).mappings()
            found = [_to_info(row) for row in rows]
        return [MNIST_INFO, *sorted(found, key=lambda info: info.name not in TITLES)]

    def classes(self) -> dict[str, int]:
        """Return how many classes each dataset has, by its sha256."""
        return {info.sha256: info.classes for info in self.all()}

    def info(self, wanted: str) -> DatasetInfo:
        """Return what is known of a dataset, by its sha256, name or title. Raises `DatasetError` if there is none."""
        with self.store.reading() as connection:
            return find_dataset(connection, wanted)

    def add(self, dataset: Dataset, owner: str = "", nickname: str = "") -> DatasetInfo:
        """Keep a dataset; one with the same content and class names is kept once, under the name that it has.

        Raises `DatasetError` if the name is empty or another's, or the owner has too many; `QuotaReached`.
        """
        known = self._known(dataset.sha256)
        if known is not None:
            return known
        data = pack(dataset)  # takes seconds; not while others wait for the write lock
        with self.store.writing() as connection:
            again = _by_sha256(connection, dataset.sha256)
            if again is not None:
                return again
            info = DatasetInfo(
                dataset.sha256,
                _free_name(connection, dataset.name, owner),
                dataset.class_names,
                len(dataset.train_images),
                len(dataset.test_images),
                owner,
                clean(nickname),
                clock.now(connection),
            )
            put_dataset(connection, info, data)
        return info

    def add_mixture(self, base: str, extra: ExtraImages, of: str, owner: str = "", nickname: str = "") -> DatasetInfo:
        """Keep a dataset (by its sha256) with more training images, drawn by people, as one of its own.

        It is fixed from now on, whatever becomes of the drawings; `of` says whose they are. It is called after both,
        with a number from 2 on where other images are called so. Only what was added is stored. Raises
        `DatasetError` if there is no such dataset, or labels do not fit its classes.
        """
        base_info = self.info(base)
        dataset = with_extra_images(self.load(base_info.sha256), extra, f"{base_info.title} + {of}")
        mixture = json.dumps({"base": base_info.sha256, "of": of, "drawings": extra.originals})
        with self.store.writing() as connection:
            known = _by_sha256(connection, dataset.sha256)
            if known is not None:
                return known
            _forget_unused_mixtures(connection)
            count, tests = len(dataset.train_images), len(dataset.test_images)
            names, now = dataset.class_names, clock.now(connection)
            name = _numbered_name(connection, dataset.name)
            info = DatasetInfo(dataset.sha256, name, names, count, tests, owner, nickname, now, mixture)
            put_dataset(connection, info, extra.to_bytes())
        return info

    def drawings_in(self, sha256: str) -> NDArray[np.uint8]:
        """Return the drawings (n, 28, 28) that were mixed into a dataset; none if it is no mixture."""
        with self.store.reading() as connection:
            info = find_dataset(connection, sha256)
            data = connection.scalar(sa.select(dataset_blobs.c.data).where(dataset_blobs.c.dataset == info.sha256))
        if not info.mixture:
            return np.zeros((0, 28, 28), dtype=np.uint8)
        extra = ExtraImages.from_bytes(bytes(data or b""))
        return extra.images[: extra.originals]

    def load(self, sha256: str) -> Dataset:
        """Return a dataset with its images. Raises `DatasetError` if it is not there, or damaged."""
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
            raise DatasetError(f"The stored images of {info.title} are damaged: wrong checksum. Add them anew.")
        return dataset

    def delete(self, sha256: str, by: Requester) -> None:
        """Remove a dataset for good, and the mixtures made of it.

        Raises `DatasetError` if it is somebody else's, `DatasetInUse` while there are runs that learned from one of
        these, or sweeps that still train on one.
        """
        with self.store.writing() as connection:
            info = _find(connection, sha256)
            if info.sha256 == MNIST_SHA256:
                raise DatasetInUse(f"{info.title} cannot be deleted: it comes with the app.")
            if not by.may_change(info.owner):
                raise DatasetError(f"{info.title} is somebody else's: only who brought it along can delete it.")
            going = [info.sha256, *_mixtures_of(connection, info.sha256)]
            _require_unused(connection, info.title, going)
            connection.execute(datasets.delete().where(datasets.c.sha256.in_(going)))

    def _known(self, sha256: str) -> DatasetInfo | None:
        with self.store.reading() as connection:
            return _by_sha256(connection, sha256)


def find_dataset(connection: sa.Connection, wanted: str) -> DatasetInfo:
    """Return what is known of a dataset, by its sha256 or its name.

    Raises `DatasetError` if there is none, or this program cannot read what is known of it.
    """
    found = _find(connection, wanted)
    if found.damaged:
        raise DatasetError(found.damaged)
    return found


def _find(connection: sa.Connection, wanted: str) -> DatasetInfo:
    wanted = clean(wanted, LONGEST_SENTENCE)  # databases refuse lone surrogates and NUL; no name has them
    found = _by_sha256(connection, wanted)
    wanted = next((name for name, title in TITLES.items() if wanted == title), wanted)
    if found is None and wanted == MNIST:
        return MNIST_INFO
    if found is None:
        named = (datasets.c.name == wanted, datasets.c.mixture == "")
        row = connection.execute(sa.select(datasets).where(*named)).mappings().first()
        found = None if row is None else _to_info(row)
    if found is None:
        query = sa.select(datasets.c.name).where(datasets.c.mixture == "").order_by(datasets.c.created_at.desc())
        names = connection.scalars(query.limit(10))
        known = ", ".join([MNIST, *names])
        raise DatasetError(f"There is no dataset named {quoted(wanted)} in the run store. There are: {known}.")
    return found


def put_dataset(connection: sa.Connection, info: DatasetInfo, data: bytes) -> None:
    """Write a dataset's row and its bytes. Raises `DatasetError` if its owner has too many, `QuotaReached`."""
    mine = sa.select(sa.func.count()).select_from(datasets).where(datasets.c.owner == info.owner)
    mine = mine.where(datasets.c.mixture == "")
    if info.owner and not info.mixture and (connection.scalar(mine) or 0) >= MOST_DATASETS:
        raise DatasetError(f"You have {MOST_DATASETS} datasets, which is the most kept for one person: delete some.")
    require_room(connection, DATASETS, info.owner, len(data))
    values = {column.name: getattr(info, column.name) for column in datasets.columns}
    connection.execute(datasets.insert().values(values | {"class_names": json.dumps(info.class_names)}))
    connection.execute(dataset_blobs.insert().values(dataset=info.sha256, data=data))


def pack(dataset: Dataset) -> bytes:
    """Return a dataset as a compressed npz file in MNIST's layout, with its class names."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dataset.arrays, class_names=np.array(dataset.class_names))
    return buffer.getvalue()


def _forget_unused_mixtures(connection: sa.Connection) -> None:
    """Remove mixtures whose runs are all gone and on which no sweep trains; nobody else can find them."""
    old = datasets.c.created_at < clock.now(connection) - UNUSED_SECONDS
    by_run = sa.exists().where(runs.c.dataset_sha256 == datasets.c.sha256)
    by_sweep = sa.exists().where(sweeps.c.dataset_sha256 == datasets.c.sha256, _GOING)
    connection.execute(datasets.delete().where(datasets.c.mixture != "", old, ~by_run, ~by_sweep))


def _mixtures_of(connection: sa.Connection, base: str) -> list[str]:
    """Return the sha256 of each mixture that is made of this dataset."""
    rows = connection.execute(sa.select(datasets.c.sha256, datasets.c.mixture).where(datasets.c.mixture != ""))
    return [row.sha256 for row in rows if _base_of(row.mixture) == base]


def _require_unused(connection: sa.Connection, title: str, sha256s: list[str]) -> None:
    """Raise `DatasetInUse` if a run learned from one of these datasets, or a sweep trains on one."""
    users = (
        ("runs", runs, sa.true(), "A deleted run goes for good after a day."),
        ("sweeps", sweeps, _GOING, "Cancel them, or wait until they end."),
    )
    for what, table, using, cure in users:
        query = sa.select(table.c.id).where(table.c.dataset_sha256.in_(sha256s), using).order_by(table.c.id)
        numbers = [str(number) for number in connection.scalars(query.limit(MOST_NAMED + 1))]
        if numbers:
            more = " and others" if len(numbers) > MOST_NAMED else ""
            named = ", ".join(numbers[:MOST_NAMED])
            raise DatasetInUse(f"{title} cannot be deleted: {what} need it: {named}{more}. {cure}")


def _by_sha256(connection: sa.Connection, sha256: str) -> DatasetInfo | None:
    if sha256 == MNIST_SHA256:
        return MNIST_INFO
    row = connection.execute(sa.select(datasets).where(datasets.c.sha256 == sha256)).mappings().first()
    return None if row is None else _to_info(row)


def _base_of(mixture: str) -> str | None:
    """Return the sha256 of what was mixed into; None where that cannot be read."""
    try:
        return str(json.loads(mixture)["base"])
    except (ValueError, TypeError, KeyError):
        return None


def _free_name(connection: sa.Connection, name: str, owner: str) -> str:
    """Return the name as it is kept. Raises `DatasetError` if it is empty, or taken by other images.

    The names in code are only for those that the program itself adds, without an owner.
    """
    cleaned = clean(name, NAME_LENGTH)
    if not cleaned or _is_taken(connection, cleaned) or cleaned == MNIST or (owner and cleaned.lower() in TITLES):
        problem = f"is taken by other images: {quoted(cleaned)}" if cleaned else "is missing"
        raise DatasetError(f"The name of the dataset {problem}. Choose another name.")
    return cleaned


def _numbered_name(connection: sa.Connection, name: str) -> str:
    """Return a name that no dataset has: this one, or with a number in brackets; cut where it is too long."""
    endings = itertools.chain([""], (f" ({number})" for number in itertools.count(2)))
    names = (name[: MIXTURE_NAME_LENGTH - len(ending)] + ending for ending in endings)
    return next(candidate for candidate in names if not _is_taken(connection, candidate))


def _is_taken(connection: sa.Connection, name: str) -> bool:
    return bool(connection.scalar(sa.select(sa.exists().where(datasets.c.name == name))))


def _to_info(row: sa.RowMapping) -> DatasetInfo:
    """Build a `DatasetInfo` from a row; `damaged` says it of one that this program cannot read."""
    values = {column.name: row[column.name] for column in datasets.columns}
    try:
        require_numbers(row, _NUMBERS)
        class_names = json.loads(row["class_names"])
        if not class_names or not all(isinstance(name, str) for name in class_names):
            raise ValueError("the names of its classes are no list of names")
        if row["mixture"]:
            json.loads(row["mixture"])["base"]
        return DatasetInfo(**values | {"class_names": tuple(class_names)})
    except Exception as error:  # whatever is in the row, it is nobody else's trouble
        nothing = {"class_names": (), "train_images": 0, "test_images": 0, "created_at": 0.0}
        what = f"What is known of the dataset {quoted(str(row['name']))}"
        return DatasetInfo(**values | nothing, damaged=why_unreadable(what, error))
