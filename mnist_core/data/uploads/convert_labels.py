"""Labels as they come become whole numbers, one for each image, where there is no doubt how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.dataset_file import MOST_CLASSES, BadDatasetFile
from mnist_core.data.uploads.array_in_file import ArrayInFile, check_plain
from mnist_core.text.escape import quoted

LARGEST_BYTES = 50_000_000
"""Of the labels of one set."""
_LARGEST_NUMBER = 2**31


class Converted(NamedTuple):
    """Labels (n,) int64 of each set, the names of their classes where the labels were texts, and what was done."""

    labels: list[NDArray[np.int64]]
    class_names: tuple[str, ...]
    notes: list[str]


def looks_like_labels(shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape can be labels: one for each image, or one-hot."""
    return len(shape) == 1 or (len(shape) == 2 and (shape[1] <= MOST_CLASSES or shape[0] == 1))


def convert_labels(sources: Sequence[ArrayInFile]) -> Converted:
    """Return the labels of all sets together, so that a text has one number in all. Raises `BadDatasetFile`."""
    notes: list[str] = []
    columns = [_column(source, notes) for source in sources]
    if any(column.dtype.kind == "U" for column in columns):
        return _numbered([column.astype(str) for column in columns], notes)
    whole = [_whole(column, source) for column, source in zip(columns, sources, strict=True)]
    if any(column.dtype.kind == "f" for column in columns):
        notes.append("The labels, whole numbers written as fractions, became integers.")
    return Converted(whole, (), notes)


def numbers_or_texts(texts: NDArray[np.str_]) -> NDArray:
    """Return texts (n,) as int64 if all of them are whole numbers, as "3", "03" or "3.0"; else as they are."""
    numbers = {text: _number(text.strip()) for text in set(texts.tolist())}
    if None in numbers.values():
        return texts
    return np.array([numbers[text] for text in texts.tolist()], np.int64)


def _column(source: ArrayInFile, notes: list[str]) -> NDArray:
    """Return labels (n,) of numbers or texts, unpacked from (n, 1), (1, n) or one-hot."""
    check_plain(source)
    if source.dtype.kind not in "biufUS" or source.dtype.itemsize > 4096:
        raise BadDatasetFile(f"{source.title} has the type {source.dtype}. Expected is a whole number for each image.")
    if not looks_like_labels(source.shape) or not source.size:
        raise BadDatasetFile(
            f"{source.title} has the shape {source.shape}. Expected are labels, one for each image: the shape (n,), "
            "(n, 1), or one-hot (n, classes)."
        )
    array = source.whole(LARGEST_BYTES)
    if array.ndim == 2 and 1 in array.shape:
        notes.append("The labels, in a table of one column, became a row.")
        array = array.reshape(-1)
    if array.ndim == 2:
        notes.append("The labels were one-hot; the place of each 1 became the label.")
        array = _place_of_the_one(array, source.title)
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    return array


def _place_of_the_one(array: NDArray, title: str) -> NDArray[np.int64]:
    if array.dtype.kind not in "biuf" or not ((array == 0) | (array == 1)).all() or (array.sum(axis=1) != 1).any():
        raise BadDatasetFile(
            f"{title} has the shape {array.shape}, but is not one-hot, with a single 1 in each row and else 0. "
            "Expected is one label for each image."
        )
    return array.argmax(axis=1).astype(np.int64)


def _numbered(columns: list[NDArray], notes: list[str]) -> Converted:
    """Number texts: what reads as whole numbers are those, else the names of classes, in the order of the alphabet."""
    columns = [np.char.strip(column) for column in columns]
    read = [numbers_or_texts(column) for column in columns]
    if all(column.dtype.kind == "i" for column in read):
        return Converted(read, (), [*notes, "The labels were written as text and became numbers."])
    texts = sorted(set(np.concatenate(columns).tolist()))
    if len(texts) > MOST_CLASSES:
        raise BadDatasetFile(
            f"There are {len(texts):,} different labels, such as {quoted(texts[0])} and {quoted(texts[-1])}; "
            f"at most {MOST_CLASSES} classes are taken."
        )
    place = {text: index for index, text in enumerate(texts)}
    notes.append("The labels were texts, which became the names of the classes, in the order of the alphabet.")
    return Converted([np.array([place[text] for text in it.tolist()], np.int64) for it in columns], tuple(texts), notes)


def _number(text: str) -> int | None:
    """Return the whole number that a text is, else None."""
    found = re.fullmatch(r"(-?[0-9]{1,9})(?:\.0*)?", text)
    return int(found[1]) if found else None


def _whole(column: NDArray, source: ArrayInFile) -> NDArray[np.int64]:
    """Return numbers as int64, which they must be without loss."""
    if column.dtype.kind == "f":
        wrong = column[~(np.isfinite(column) & (np.rint(column) == column))]
        if wrong.size:
            raise BadDatasetFile(
                f"{source.title} has the label {wrong[0]:g}. Expected is a whole number for each image: the class that "
                "it belongs to."
            )
    if column.size and max(abs(float(column.min())), abs(float(column.max()))) > _LARGEST_NUMBER:
        raise BadDatasetFile(f"{source.title} has labels beyond {_LARGEST_NUMBER:,}; these are no classes.")
    return column.astype(np.int64)
