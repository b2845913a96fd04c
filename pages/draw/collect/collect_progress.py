"""How far a browser is with collecting: what was asked for, what was kept, and the network that learned from it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from pages.visit import visit_cache


@dataclass(frozen=True)
class Progress:
    """Which classes are asked for, in a random order that repeats, and the drawings kept so far, by their numbers.

    `trained` is the run that has learned from them.
    """

    order: tuple[int, ...]
    kept: tuple[int, ...] = ()
    trained: int | None = None

    @property
    def asked(self) -> int:
        """The class that is asked for now."""
        return self.order[len(self.kept) % len(self.order)]

    @property
    def last(self) -> int:
        """The class of the drawing that was kept last."""
        return self.order[(len(self.kept) - 1) % len(self.order)]

    @property
    def complete(self) -> bool:
        """Whether each class was drawn once at least."""
        return len(self.kept) >= len(self.order)

    @property
    def stage(self) -> int:
        """0 while each class is asked for the first time, 1 once all were drawn, 2 once a network learns from them."""
        return int(self.complete) + (self.trained is not None)

    def keep(self, drawing_id: int) -> Progress:
        """Go on to the next class."""
        return replace(self, kept=(*self.kept, drawing_id))

    def take_back(self) -> Progress:
        """Ask for the class again whose drawing was kept last."""
        return replace(self, kept=self.kept[:-1])


def load(class_names: tuple[str, ...]) -> Progress:
    """Return this browser's progress with these classes."""
    known: Progress | None = visit_cache.get(_name(class_names), None)
    if known is None:
        known = Progress(tuple(random.sample(range(len(class_names)), len(class_names))))
        save(class_names, known)
    return known


def save(class_names: tuple[str, ...], progress: Progress) -> None:
    """Remember the progress for this browser, over reloads."""
    visit_cache.put(_name(class_names), progress, 100 + 8 * len(progress.kept))


def _name(class_names: tuple[str, ...]) -> str:
    return f"collect {class_names}"
