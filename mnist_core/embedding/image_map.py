"""Maps of the same images, one for each layer or epoch, turned so that points move little from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from mnist_core.embedding.alignment import rotation_onto
from mnist_core.embedding.pca import PrincipalComponents

Array = NDArray[np.floating]


class Square(NamedTuple):
    """The square around the points of a map: its `centre` (2,) and half its side, above 0."""

    centre: Array
    half: float

    @classmethod
    def around(cls, positions: Array) -> Self:
        """Return the smallest square around positions (n, 2), n ≥ 1."""
        low, high = positions.min(axis=0), positions.max(axis=0)
        return cls((low + high) / 2, float((high - low).max()) / 2 or 1.0)

    def within(self, positions: Array) -> Array:
        """Return positions (n, 2) with the square's sides at -1 and 1."""
        return (positions - self.centre) / self.half


@dataclass(frozen=True, eq=False)
class PcaMap:
    """A map by principal components: where images lie, and where another one would.

    `positions` (n, 2) are from -1 to 1; the larger extent of the map fills this range.
    """

    components: PrincipalComponents
    rotation: Array
    square: Square
    positions: Array

    @property
    def explained(self) -> float:
        """The share of the variance that the map shows, 0 to 1."""
        return float(self.components.explained.sum())

    def place(self, values: Array) -> Array:
        """Return where images with these outputs (n, units) of the layer lie on the map: (n, 2)."""
        return self.square.within(self.components.positions(values) @ self.rotation)


def pca_maps(values: Sequence[Array], first: PrincipalComponents | None = None) -> list[PcaMap]:
    """Return a map for each of some outputs (n, units) for the same n ≥ 1 images; each is turned onto the one before.

    About 3 ms each for 2,000 images and 256 units, 20 ms for 2,048. `first` are the components of the first outputs if
    they are known already, as those of the pixels are.
    """
    known = [] if first is None else [first]
    components = [*known, *(PrincipalComponents.of(each) for each in values[len(known) :])]
    raw = [found.positions(each) for found, each in zip(components, values, strict=True)]
    rotations = _rotations(raw)
    maps = []
    for found, rotation, positions in zip(components, rotations, raw, strict=True):
        turned = positions @ rotation
        square = Square.around(turned)
        maps.append(PcaMap(found, rotation, square, square.within(turned)))
    return maps


def _rotations(raw: Sequence[Array]) -> list[Array]:
    """Return for each of some maps (n, 2) the rotation onto the one before, turned likewise; the first stays."""
    rotations: list[Array] = [np.eye(2, dtype=positions.dtype) for positions in raw[:1]]
    for before, positions in pairwise(raw):
        rotations.append(rotation_onto(positions, before @ rotations[-1]))
    return rotations
