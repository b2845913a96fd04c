"""How far somebody is with drawings that are asked for one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np


@dataclass(frozen=True)
class Progress:
    """Which classes are asked for, in a random `order` that repeats, and the drawings `kept` so far, by their numbers.

    `labels` are their classes, one for each. `trained` is the run that has learned from them.
    """

    order: tuple[int, ...]
    kept: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    trained: int | None = None

    @property
    def asked(self) -> int:
        """The class that is asked for now: the first in the order of those that were drawn least often."""
        return min(self.order, key=self.labels.count)

    @property
    def last(self) -> int:
        """The class of the drawing that was kept last."""
        return self.labels[-1]

    @property
    def rounds(self) -> int:
        """How many times each class was drawn at least."""
        return min(map(self.labels.count, self.order))

    @property
    def complete(self) -> bool:
        """Whether each class was drawn once at least."""
        return self.rounds > 0

    @property
    def stage(self) -> int:
        """0 while each class is asked for the first time, 1 once all were drawn, 2 once a network learns from them."""
        return int(self.complete) + (self.trained is not None)

    def keep(self, drawing_id: int) -> Progress:
        """Go on to the next class."""
        return replace(self, kept=(*self.kept, drawing_id), labels=(*self.labels, self.asked))

    def take_back(self) -> Progress:
        """Ask for the class again whose drawing was kept last."""
        return replace(self, kept=self.kept[:-1], labels=self.labels[:-1])


def random_order(classes: int, seed: str = "") -> tuple[int, ...]:
    """Return the numbers of the classes in a random order, the same one for the same `seed`; "" for a new one."""
    generator = np.random.default_rng(crc32(seed.encode()) if seed else None)
    return tuple(generator.permutation(classes).tolist())
