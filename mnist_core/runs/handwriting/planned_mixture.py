"""A dataset with a handwriting set among its training images, before it is made.

What it will contain is settled only when something is trained on it: the drawings that there are at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.data.mixture import copies_per_drawing
from mnist_core.runs.dataset_info import DatasetInfo
from mnist_core.runs.handwriting.records import HandwritingSet


@dataclass(frozen=True)
class PlannedMixture:
    """Drawings to be mixed into a dataset; `HandwritingStore.mixture` makes it, with its sha256."""

    base: DatasetInfo
    drawings: HandwritingSet

    @property
    def key(self) -> str:
        """What tells it from other planned mixtures, and from the sha256 of every dataset."""
        return f"handwriting {self.drawings.id}+{self.base.sha256}"

    @property
    def name(self) -> str:
        """What the dataset will be called."""
        return f"{self.base.title} + {self.drawings.name}"

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name

    @property
    def damaged(self) -> str:
        """Why this program cannot read the base, "" if it can."""
        return self.base.damaged

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return self.base.classes

    @property
    def train_images(self) -> int:
        """How many training images it would have now, each drawing repeated (see `data.mixture.copies_per_drawing`)."""
        count, others = self.drawings.count, self.base.train_images
        return others + count * copies_per_drawing(count, others)


DatasetChoice = DatasetInfo | PlannedMixture
"""What a run or a sweep can be trained on: a dataset of the store, or one that is made for it."""
