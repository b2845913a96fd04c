"""A planned mixture: a dataset with a handwriting set among its training images, before it is made.

It is made when a run or sweep is started, of the drawings that the set has at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.data.extra_training_images import copies_per_drawing
from mnist_core.runs.dataset_info import DatasetInfo
from mnist_core.runs.handwriting.records import HandwritingSet
from mnist_core.runs.handwriting.writers import WriterSplit


@dataclass(frozen=True)
class PlannedMixture:
    """A dataset and the drawings to mix into it. `HandwritingStore.mixture` makes the mixture.

    `split` says which writers' drawings these are; None for all drawings of the set.
    """

    base: DatasetInfo
    drawings: HandwritingSet
    split: WriterSplit | None = None

    @property
    def key(self) -> str:
        """A key that differs from those of other planned mixtures and from the sha256 of any dataset."""
        return f"handwriting {self.drawings.id}+{self.base.sha256}"

    @property
    def name(self) -> str:
        """The name that the dataset will have."""
        return f"{self.base.title} + {self.drawings.name}"

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name

    @property
    def damaged(self) -> str:
        """Why this program cannot read the base, "" if it can."""
        return self.base.damaged

    @property
    def classes(self) -> int:
        """The number of classes."""
        return self.base.classes

    @property
    def learned(self) -> int:
        """The number of different drawings that would be mixed in now."""
        return self.split.drawings_learned if self.split else self.drawings.count

    @property
    def train_images(self) -> int:
        """The number of training images if it were made now, repeated drawings included."""
        count, others = self.learned, self.base.train_images
        return others + count * copies_per_drawing(count, others)


DatasetChoice = DatasetInfo | PlannedMixture
"""What a run or a sweep can be trained on: a dataset of the store, or one that is still to be made."""
