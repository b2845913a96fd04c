"""Records of handwriting: sets, their drawings, and the rule of who may change what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import UserError
from mnist_core.text.sentence import sentence

MOST_DRAWINGS = 10_000
"""The most drawings in a set: 8 MB."""
MOST_OF_OTHERS = 8_000
"""The most drawings of all others than the owner together, so that strangers cannot fill a set."""
MOST_OF_ONE = 200
"""The most drawings of one other person: a class of forty fits."""
RULE = sentence(
    "The owner of a set may rename, open, close and delete it, and delete drawings in it. While it is open, everybody "
    "else may add up to {number} drawings, and may correct or delete only their own.",
    number=MOST_OF_ONE,
)


class HandwritingError(UserError):
    """A set or a drawing does not exist, cannot be stored, or belongs to somebody else."""


@dataclass(frozen=True)
class HandwritingSet:
    """A set without its drawings; `count` is their number. While the set is `open`, others may add drawings.

    `damaged` says why this program cannot read the row, "" if it can.
    """

    id: int
    name: str
    class_names: tuple[str, ...]
    owner: str = field(repr=False)
    nickname: str
    created_at: float
    open: bool
    count: int
    damaged: str = ""

    def accepts_drawings_of(self, owner: str) -> bool:
        """Whether this person may add drawings."""
        return self.open or self.owner == owner


@dataclass(frozen=True, eq=False)
class Drawings:
    """The drawings of a set, oldest first: images (n, 28, 28) uint8, labels (n,) uint8, owners and times.

    `version` changes whenever the drawings change.
    """

    ids: tuple[int, ...]
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    owners: tuple[str, ...]
    nicknames: tuple[str, ...]
    created_at: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, chosen: Sequence[bool]) -> Drawings:
        """Return the `chosen` ones (n,), in their order."""
        index = np.flatnonzero(chosen)
        return Drawings(
            tuple(self.ids[place] for place in index),
            self.images[index],
            self.labels[index],
            tuple(self.owners[place] for place in index),
            tuple(self.nicknames[place] for place in index),
            tuple(self.created_at[place] for place in index),
        )

    @property
    def version(self) -> tuple[tuple[int, ...], bytes]:
        """A cache key for this state of the set."""
        return self.ids, self.labels.tobytes()


class Labelled(NamedTuple):
    """A drawing without its image: its number, its label, and who drew it."""

    id: int
    label: int
    nickname: str
    owner: str


class Imported(NamedTuple):
    """The result of an import: how many drawings are `new`, and how many of others were left unchanged."""

    new: int
    left: int


def as_bytes(image: NDArray) -> NDArray[np.uint8]:
    """Return an image (28, 28), float in [0, 1] or uint8, as uint8."""
    return image if image.dtype == np.uint8 else np.rint(image * 255).astype(np.uint8)
