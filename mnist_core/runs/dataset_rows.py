"""The rows of datasets in the database: how they are found, named, written and read."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from mnist_core.data import MNIST, MNIST_SHA256, DatasetError
from mnist_core.data.dataset_file import NAME_LENGTH
from mnist_core.runs import clock
from mnist_core.runs.dataset_info import MNIST_INFO, TITLES, DatasetInfo
from mnist_core.runs.quotas import DATASETS, require_room
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.schema import dataset_blobs, datasets, handwriting_sets, runs, sweeps
from mnist_core.runs.unreadable_rows import require_numbers, why_unreadable
from mnist_core.text.escape import LONGEST_SENTENCE, clean, quoted
from mnist_core.text.sentence import sentence

UNUSED_SECONDS = 3600.0
"""An unused mixture is kept this long: it is made a moment before the run that learns from it."""
MOST_DATASETS = 50
"""The limit for one owner."""
MIXTURE_NAME_LENGTH = 80
"""Characters: the width of the column `name`."""
_NUMBERS = ("train_images", "test_images", "created_at")
UNFINISHED_SWEEPS = sweeps.c.state.in_([state for state in SweepState if not state.ended])
_UNUSED = (
    ~sa.exists().where(runs.c.dataset_sha256 == datasets.c.sha256),
    ~sa.exists().where(sweeps.c.dataset_sha256 == datasets.c.sha256, UNFINISHED_SWEEPS),
)
"""Of datasets: that no run learned from them, and no unfinished sweep trains on them."""


def find_dataset(connection: sa.Connection, wanted: str) -> DatasetInfo:
    """Return the dataset with this sha256, name or title.

    Raises `DatasetError` if there is none, or this program cannot read its row.
    """
    found = find_any_dataset(connection, wanted)
    if found.damaged:
        raise DatasetError(found.damaged)
    return found


def find_any_dataset(connection: sa.Connection, wanted: str) -> DatasetInfo:
    """Do the same, but also return damaged datasets. Raises `DatasetError` if there is none."""
    wanted = clean(wanted, LONGEST_SENTENCE)  # databases refuse lone surrogates and NUL, which no name contains
    found = by_sha256(connection, wanted)
    wanted = next((name for name, title in TITLES.items() if wanted == title), wanted)
    if found is None and wanted == MNIST:
        return MNIST_INFO
    if found is None:
        named = (datasets.c.name == wanted, datasets.c.mixture == "")
        row = connection.execute(sa.select(datasets).where(*named)).mappings().first()
        found = None if row is None else to_info(row)
    if found is None:
        query = sa.select(datasets.c.name).where(datasets.c.mixture == "").order_by(datasets.c.created_at.desc())
        names = connection.scalars(query.limit(10))
        known = ", ".join([MNIST, *names])
        raise DatasetError(
            "There is no dataset named {wanted} in the run store. Known: {known}.", wanted=quoted(wanted), known=known
        )
    return found


def put_dataset(connection: sa.Connection, info: DatasetInfo, data: bytes) -> None:
    """Insert a dataset and its bytes. Raises `DatasetError` if its owner has too many, `QuotaReached`."""
    mine = sa.select(sa.func.count()).select_from(datasets).where(datasets.c.owner == info.owner)
    mine = mine.where(datasets.c.mixture == "")
    if info.owner and not info.mixture and (connection.scalar(mine) or 0) >= MOST_DATASETS:
        raise DatasetError(
            "You have {most} datasets, and one person may have no more: delete some.", most=MOST_DATASETS
        )
    require_room(connection, DATASETS, info.owner, len(data))
    values = {column.name: getattr(info, column.name) for column in datasets.columns}
    connection.execute(datasets.insert().values(values | {"class_names": json.dumps(info.class_names)}))
    connection.execute(dataset_blobs.insert().values(dataset=info.sha256, data=data))


def by_sha256(connection: sa.Connection, sha256: str) -> DatasetInfo | None:
    """Return the dataset with this sha256; None if there is none."""
    if sha256 == MNIST_SHA256:
        return MNIST_INFO
    row = connection.execute(sa.select(datasets).where(datasets.c.sha256 == sha256)).mappings().first()
    return None if row is None else to_info(row)


def forget_unused_mixtures(connection: sa.Connection) -> None:
    """Delete mixtures without runs and without unfinished sweeps. Nobody could choose them again.

    The transaction has waited for others (see `wait_for_others`), so that no run is submitted on one meanwhile.
    """
    old = datasets.c.created_at < clock.now(connection) - UNUSED_SECONDS
    connection.execute(datasets.delete().where(datasets.c.mixture != "", old, *_UNUSED))


def delete_unused_mixtures_with(connection: sa.Connection, set_id: int) -> None:
    """Delete the mixtures with drawings of a handwriting set which no run and no unfinished sweep needs, at once.

    The transaction has waited for others, as for `forget_unused_mixtures`.
    """
    name = connection.scalar(sa.select(handwriting_sets.c.name).where(handwriting_sets.c.id == set_id))
    # Earlier versions have noted the name of the set alone.
    its = [
        sha256 for sha256, it in _mixtures(connection) if (it["set"] == set_id if "set" in it else it.get("of") == name)
    ]
    connection.execute(datasets.delete().where(datasets.c.sha256.in_(its), *_UNUSED))


def mixtures_of(connection: sa.Connection, base: str) -> list[str]:
    """Return the sha256 of each mixture made from this dataset."""
    return [sha256 for sha256, it in _mixtures(connection) if it.get("base") == base]


def _mixtures(connection: sa.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield of each mixture its sha256, and what it was made from; nothing of that if it cannot be read."""
    for row in connection.execute(sa.select(datasets.c.sha256, datasets.c.mixture).where(datasets.c.mixture != "")):
        try:
            it = json.loads(row.mixture)
        except ValueError:
            it = None
        yield row.sha256, it if isinstance(it, dict) else {}


def free_name(connection: sa.Connection, name: str, owner: str) -> str:
    """Return the name as it is stored. Raises `DatasetError` if it is empty or taken by another dataset.

    The names in `TITLES` are reserved for datasets that the program adds itself, without an owner.
    """
    cleaned = clean(name, NAME_LENGTH)
    if not cleaned or _is_taken(connection, cleaned) or cleaned == MNIST or (owner and cleaned.lower() in TITLES):
        problem = f"is taken by other images: {quoted(cleaned)}" if cleaned else "is missing"
        raise DatasetError("The name of the dataset {problem}. Choose another name.", problem=problem)
    return cleaned


def numbered_name(connection: sa.Connection, name: str) -> str:
    """Return a free name: this one, or with a number in brackets. It is cut if it is too long."""
    endings = itertools.chain([""], (f" ({number})" for number in itertools.count(2)))
    names = (name[: MIXTURE_NAME_LENGTH - len(ending)] + ending for ending in endings)
    return next(candidate for candidate in names if not _is_taken(connection, candidate))


def _is_taken(connection: sa.Connection, name: str) -> bool:
    return bool(connection.scalar(sa.select(sa.exists().where(datasets.c.name == name))))


def to_info(row: sa.RowMapping) -> DatasetInfo:
    """Build a `DatasetInfo` from a row. If this program cannot read the row, `damaged` says why."""
    values = {column.name: row[column.name] for column in datasets.columns}
    try:
        require_numbers(row, _NUMBERS)
        class_names = json.loads(row["class_names"])
        if not class_names or not all(isinstance(name, str) for name in class_names):
            raise ValueError("the names of its classes are not a list of names")
        if row["mixture"]:
            json.loads(row["mixture"])["base"]
        return DatasetInfo(**values | {"class_names": tuple(class_names)})
    except Exception as error:  # whatever is in the row, other datasets must still be shown
        nothing = {"class_names": (), "train_images": 0, "test_images": 0, "created_at": 0.0}
        what = sentence("The record of the dataset {name}", name=quoted(str(row["name"])))
        return DatasetInfo(**values | nothing, damaged=why_unreadable(what, error))
