"""Collecting for oneself: drawings for one's own handwriting set, and the progress that stays for the visit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pages.shared import services
from pages.shared.collecting.collect import Collection, count_in_words, kept_in_words
from pages.shared.collecting.progress import Progress, random_order
from pages.shared.labelling import own_set
from pages.visit import session, visit_cache
from pages.visit.language import _


class OwnCollection(Collection):
    """Drawings for the set that this browser keeps its drawings in."""

    def __init__(self, class_names: tuple[str, ...]) -> None:
        self.names = class_names

    def progress(self) -> Progress:
        """Return this browser's progress with these classes."""
        known: Progress | None = visit_cache.get(self._name, None)
        if known is None:
            known = Progress(random_order(len(self.names)))
            self.save(known)
        return known

    def save(self, progress: Progress) -> None:
        """Remember the progress for this browser, over reloads."""
        visit_cache.put(self._name, progress, 100 + 16 * len(progress.kept))

    def keep(self, image: NDArray[np.float32], label: int) -> None:
        """Store a drawing in the set. Raises `UserError`."""
        handwriting, owner = services.handwriting(), session.owner()
        number = handwriting.keep(own_set(self.names), image, label, owner, session.nickname())
        self.save(self.progress().keep(number))

    def take_back(self, last: int) -> None:
        """Remove the drawing that was kept last. Raises `UserError` if it is deleted already."""
        self.save(self.progress().take_back())
        services.handwriting().remove([last], session.requester())

    def kept(self) -> str:
        """Say how many drawings are kept."""
        state = self.progress()
        if not state.complete:
            return kept_in_words(state)
        return _("{drawings} kept. Train with them below, or continue.", drawings=count_in_words(len(state.kept)))

    @property
    def _name(self) -> str:
        return f"collect {self.names}"
