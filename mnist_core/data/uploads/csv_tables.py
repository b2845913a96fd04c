"""Reads csv files with one row per image, its label and its pixels, as Kaggle provides MNIST."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core.data.dataset import PIXELS
from mnist_core.data.dataset_file import MOST_CLASSES, BadDatasetFile
from mnist_core.data.uploads.array_in_file import ArrayInFile
from mnist_core.data.uploads.array_names import LABELS, split_of, words_of
from mnist_core.data.uploads.convert_labels import numbers_or_texts
from mnist_core.data.uploads.resize_images import MOST_IMAGES, SMALLEST_SIDE
from mnist_core.data.uploads.upload import SplitArrays, assign_splits
from mnist_core.text.escape import quoted

EXPECTED = (
    "The app expects a table with a row for each image: its label and its 784 pixels from 0 to 255, row by row "
    "from the top left; the label first or last, with or without a line of headings."
)
LONGEST_LINE = 1 << 16
"""Most bytes of the first line; 784 numbers of 18 digits have 15,000."""
LONGEST_LABEL = 100
_FIRST, _LAST = "first", "last"
_VALUES_AT_A_TIME = 3_000_000
"""Values of a chunk, which take 24 MB as 64-bit numbers: about 3,800 rows of MNIST."""
_SEPARATORS = ",;\t"
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*")
_INDEX = ("", "id", "index", "unnamed: 0")


class _Layout(NamedTuple):
    """The layout of a table: its separator, whether it has a line of headings, and what its columns are.

    `columns` counts label and pixels. If `numbered`, a column before them numbers the rows and is ignored. `label` is
    the column of the label; None means the first or the last, and only the numbers can tell which.
    """

    separator: str
    headings: bool
    columns: int
    numbered: bool
    label: int | None


def looks_like_table(data: bytes) -> bool:
    """Whether a file begins with a line of text that has separators."""
    line = _first_line(data)
    printable = all(byte >= 0x20 or byte == 0x09 for byte in line)
    return printable and max(line.count(separator.encode()) for separator in _SEPARATORS) >= SMALLEST_SIDE


def splits_in(files: Mapping[str, bytes]) -> tuple[list[SplitArrays], list[str]]:
    """Return the split in each table, and notes on which column was taken for the label. Raises `BadDatasetFile`."""
    parts, notes = [], []
    for name, data in files.items():
        images, labels, note = _read_table(name, data)
        parts.append(SplitArrays(split_of(PurePosixPath(name).name), images, labels))
        notes.append(note)
    return assign_splits(parts), notes


def _read_table(name: str, data: bytes) -> tuple[ArrayInFile, ArrayInFile, str]:
    title = quoted(name)
    layout = _layout(title, data)
    first, middle, last = _columns(title, data, layout)
    label = layout.label
    if label is None:
        label = 0 if _may_be_labels(first) or not _may_be_labels(last) else layout.columns - 1
    if label == 0:
        labels, pixels = first, np.column_stack([middle, _as_pixels(title, last, middle.dtype)])
    else:
        labels, pixels = last, np.column_stack([_as_pixels(title, first, middle.dtype), middle])
    side = math.isqrt(pixels.shape[1])
    note = f"The {'first' if label == 0 else 'last'} column was taken for the label."
    return (
        ArrayInFile.of("x", title, pixels.reshape(-1, side, side)),
        ArrayInFile.of("y", title, numbers_or_texts(labels)),
        note,
    )


def _layout(title: str, data: bytes) -> _Layout:
    """Detect the layout of a table. Raises `BadDatasetFile` unless each row has a label and an image."""
    line = _first_line(data)
    text = line.decode("utf-8-sig", "replace")
    if len(line) >= LONGEST_LINE:
        raise BadDatasetFile(f"{title} has a first line of more than {LONGEST_LINE:,} characters. {EXPECTED}")
    separator = max(_SEPARATORS, key=text.count)
    cells = [cell.strip() for cell in next(csv.reader([text], delimiter=separator), [])]
    headings = _are_headings(cells)
    numbered = _is_square(len(cells) - 2) and headings and cells[0].lower() in _INDEX
    cells = cells[1:] if numbered else cells
    if not _is_square(len(cells) - 1):
        raise BadDatasetFile(f"{title} has {len(cells):,} columns{_missing_label(len(cells))}. {EXPECTED}")
    named = [column for column, cell in enumerate(cells) if headings and LABELS & set(words_of(cell))]
    if len(named) == 1 and named[0] not in (0, len(cells) - 1):
        raise BadDatasetFile(f"{title} has its label, {quoted(cells[named[0]])}, in the middle. {EXPECTED}")
    return _Layout(separator, headings, len(cells), numbered, named[0] if len(named) == 1 else None)


def _columns(title: str, data: bytes, layout: _Layout) -> tuple[NDArray, NDArray, NDArray]:
    """Return the first column, those between, and the last. They are read in chunks, to the smallest type that fits."""
    firsts, middles, lasts, rows = [], [], [], 0
    between = [str(number) for number in range(layout.columns - 2)]
    try:
        for table in _read_chunks(data, layout, between):
            line = rows + 1 + layout.headings
            rows += len(table)
            if rows > MOST_IMAGES:
                raise BadDatasetFile(f"{title} has more rows than the {MOST_IMAGES:,} that are accepted.")
            firsts.append(_texts(title, table[_FIRST]))
            lasts.append(_texts(title, table[_LAST]))
            middles.append(_numbers(title, table[between], line))
    except BadDatasetFile:
        raise
    except Exception as error:  # pandas raises almost anything for damaged tables: ParserError, OverflowError
        raise BadDatasetFile(f"{title} cannot be read as a table{_position(error)}. {EXPECTED}") from None
    if not rows:
        raise BadDatasetFile(f"{title} has headings, but no rows. {EXPECTED}")
    return np.concatenate(firsts), np.concatenate(middles), np.concatenate(lasts)


def _read_chunks(data: bytes, layout: _Layout, between: list[str]) -> Iterator[pd.DataFrame]:
    reader = pd.read_csv(
        io.BytesIO(data),
        sep=layout.separator,
        header=None,
        names=[*(["number"] if layout.numbered else []), _FIRST, *between, _LAST],
        index_col=False,
        skiprows=1 if layout.headings else 0,
        chunksize=max(1, _VALUES_AT_A_TIME // layout.columns),
        dtype={_FIRST: str, _LAST: str},
        keep_default_na=False,
        encoding="utf-8-sig",
        encoding_errors="replace",
        low_memory=False,
    )
    return (table for table in reader if len(table))


def _texts(title: str, column: pd.Series) -> NDArray:
    """Return cells as an array of texts. Each takes as much memory as the longest, so that is limited."""
    longest = int(column.str.len().max())
    if longest > LONGEST_LABEL:
        raise BadDatasetFile(f"{title} has a label of {longest:,} characters. {EXPECTED}")
    return column.to_numpy(dtype=str)


def _numbers(title: str, table: pd.DataFrame, line: int) -> NDArray:
    """Return pixels as uint8 if all are whole numbers from 0 to 255, else as float32."""
    if not all(pd.api.types.is_numeric_dtype(kind) for kind in table.dtypes):
        raise _not_a_number(title, table, line)
    values = table.to_numpy()
    if values.dtype.kind in "iu" and values.min() >= 0 and values.max() <= 255:
        return values.astype(np.uint8)
    return values.astype(np.float32)


def _not_a_number(title: str, table: pd.DataFrame, line: int) -> BadDatasetFile:
    invalid = table.apply(pd.to_numeric, errors="coerce").isna().to_numpy()
    row, column = np.argwhere(invalid)[0] if invalid.any() else (0, 0)
    cell = quoted(str(table.iat[row, column]), 20)
    return BadDatasetFile(f"{title} has {cell} in line {line + row}, where a pixel is expected. {EXPECTED}")


def _as_pixels(title: str, column: NDArray, dtype: np.dtype) -> NDArray:
    try:
        values = column.astype(np.float64)
    except ValueError:
        wrong = next((text for text in column.tolist() if not _NUMBER.fullmatch(text)), "")
        raise BadDatasetFile(f"{title} has {quoted(wrong, 20)} where a pixel is expected. {EXPECTED}") from None
    whole = dtype == np.uint8 and bool(((values >= 0) & (values <= 255) & (values == np.rint(values))).all())
    return values.astype(np.uint8 if whole else np.float32)


def _may_be_labels(column: NDArray) -> bool:
    """Whether texts can be labels: more than one, but not too many different ones."""
    return 2 <= len(set(column.tolist())) <= MOST_CLASSES


def _first_line(data: bytes) -> bytes:
    return data[:LONGEST_LINE].split(b"\n", 1)[0].rstrip(b"\r")


def _are_headings(cells: Sequence[str]) -> bool:
    """Whether a first line names the columns, by words or by numbers that count up."""
    pixels = cells[1:-1]
    numbers = [cell for cell in pixels if _NUMBER.fullmatch(cell)]
    if 2 * len(numbers) < len(pixels):
        return True
    if len(numbers) < len(pixels):
        return False
    steps = np.diff([float(cell) for cell in numbers])
    return len(numbers) > 2 and bool((steps == 1).all())


def _is_square(count: int) -> bool:
    return count >= SMALLEST_SIDE**2 and math.isqrt(count) ** 2 == count


def _missing_label(columns: int) -> str:
    return ": pixels without a label, so they are of no use for training or testing" if columns == PIXELS else ""


def _position(error: Exception) -> str:
    """Return which line pandas reports, or ""."""
    found = re.search(r"in line (\d+), saw (\d+)", str(error))
    return f": line {found[1]} has {int(found[2]):,} cells" if found else ""
