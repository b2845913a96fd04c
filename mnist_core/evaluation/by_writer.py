"""Misread drawings, counted for each of their writers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class WriterErrors(NamedTuple):
    """How many of a writer's drawings there are, and how many of them are misread."""

    writer: str
    misread: int
    drawings: int


def misread_by_writer(writers: Sequence[str], right: NDArray[np.bool_]) -> list[WriterErrors]:
    """Return a row for each writer, those with most misread drawings first, then those with fewer drawings.

    `writers` and `right` (n,) are of the drawings. Writers with equal numbers stay in the order of their first drawing.
    """
    drawings = Counter(writers)
    misread = Counter(writer for writer, correct in zip(writers, right, strict=True) if not correct)
    rows = [WriterErrors(writer, misread[writer], count) for writer, count in drawings.items()]
    return sorted(rows, key=lambda row: (-row.misread, row.drawings))
