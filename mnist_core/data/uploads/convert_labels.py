"""Converts labels of any form to integers, one for each image, if the conversion is unambiguous."""

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
"""Most bytes of the labels of one split."""
_LARGEST_NUMBER = 2**31


class ConvertedLabels(NamedTuple):
    """Labels (n,) int64 of each split; the class names if the labels were texts; and notes on what was changed."""

    labels: list[NDArray[np.int64]]
    class_names: tuple[str, ...]
    notes: list[str]


def looks_like_labels(shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape can be labels: one for each image, or one-hot."""
    return len(shape) == 1 or (len(shape) == 2 and (shape[1] <= MOST_CLASSES or shape[0] == 1))


def convert_labels(sources: Sequence[ArrayInFile]) -> ConvertedLabels:
    """Convert the labels of all splits together: a text has the same number in all. Raises `BadDatasetFile`."""
    notes: list[str] = []
    columns = [_column(source, notes) for source in sources]
    if any(column.dtype.kind == "U" for column in columns):
        return _number_texts([column.astype(str) for column in columns], notes)
    integers = [_as_integers(column, source) for column, source in zip(columns, sources, strict=True)]
    if any(column.dtype.kind == "f" for column in columns):
        notes.append("The labels, whole numbers written as fractions, became integers.")
    return ConvertedLabels(integers, (), notes)


def numbers_or_texts(texts: NDArray[np.str_]) -> NDArray:
    """Return texts (n,) as int64 if all are whole numbers, such as "3", "03" or "3.0"; otherwise unchanged."""
    numbers = {text: _number(text.strip()) for text in set(texts.tolist())}
    if None in numbers.values():
        return texts
    return np.array([numbers[text] for text in texts.tolist()], np.int64)


def _column(source: ArrayInFile, notes: list[str]) -> NDArray:
    """Return labels (n,), numbers or texts, from an array (n,), (n, 1), (1, n) or one-hot (n, classes)."""
    check_plain(source)
    if source.dtype.kind not in "biufUS" or source.dtype.itemsize > 4096:
        raise BadDatasetFile(
            f"{source.title} has the type {source.dtype}. The app expects a whole number for each image."
        )
    if not looks_like_labels(source.shape) or not source.size:
        raise BadDatasetFile(
            f"{source.title} has the shape {source.shape}. The app expects labels, one for each image: the shape (n,), "
            "(n, 1), or one-hot (n, classes)."
        )
    array = source.whole(LARGEST_BYTES)
    if array.ndim == 2 and 1 in array.shape:
        notes.append("The labels, in a table of one column, became a row.")
        array = array.reshape(-1)
    if array.ndim == 2:
        notes.append("The labels were one-hot; the position of each 1 became the label.")
        array = _from_one_hot(array, source.title)
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    return array


def _from_one_hot(array: NDArray, title: str) -> NDArray[np.int64]:
    if array.dtype.kind not in "biuf" or not ((array == 0) | (array == 1)).all() or (array.sum(axis=1) != 1).any():
        raise BadDatasetFile(
            f"{title} has the shape {array.shape}, but is not one-hot, with a single 1 in each row and 0 elsewhere. "
            "The app expects one label for each image."
        )
    return array.argmax(axis=1).astype(np.int64)


def _number_texts(columns: list[NDArray], notes: list[str]) -> ConvertedLabels:
    """Convert texts: if all are whole numbers, to these; otherwise they are class names, numbered alphabetically."""
    columns = [np.char.strip(column) for column in columns]
    numbers = [numbers_or_texts(column) for column in columns]
    if all(column.dtype.kind == "i" for column in numbers):
        return ConvertedLabels(numbers, (), [*notes, "The labels were written as text and became numbers."])
    texts = sorted(set(np.concatenate(columns).tolist()))
    if len(texts) > MOST_CLASSES:
        raise BadDatasetFile(
            f"There are {len(texts):,} different labels, such as {quoted(texts[0])} and {quoted(texts[-1])}; "
            f"at most {MOST_CLASSES} classes are accepted."
        )
    index_of = {text: index for index, text in enumerate(texts)}
    notes.append("The labels were texts, which became the names of the classes, in alphabetical order.")
    labels = [np.array([index_of[text] for text in column.tolist()], np.int64) for column in columns]
    return ConvertedLabels(labels, tuple(texts), notes)


def _number(text: str) -> int | None:
    """Return the whole number in a text, or None."""
    found = re.fullmatch(r"(-?[0-9]{1,9})(?:\.0*)?", text)
    return int(found[1]) if found else None


def _as_integers(column: NDArray, source: ArrayInFile) -> NDArray[np.int64]:
    """Return numbers as int64. Raises `BadDatasetFile` if that would change them."""
    if column.dtype.kind == "f":
        wrong = column[~(np.isfinite(column) & (np.rint(column) == column))]
        if wrong.size:
            raise BadDatasetFile(
                f"{source.title} has the label {wrong[0]:g}. The app expects a whole number for each image: the "
                "class that it belongs to."
            )
    if column.size and max(abs(float(column.min())), abs(float(column.max()))) > _LARGEST_NUMBER:
        raise BadDatasetFile(f"{source.title} has labels beyond {_LARGEST_NUMBER:,}; such numbers are not classes.")
    return column.astype(np.int64)
