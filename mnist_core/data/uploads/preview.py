"""A summary of an upload, shown before it is added. It is small enough to keep while the user decides."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mnist_core.data.class_statistics import sample_per_class
from mnist_core.data.uploads.checks import Finding, findings
from mnist_core.data.uploads.upload import LabelledImages, Upload

EXAMPLES = 4
"""Images of each class, for at most `MOST_CLASSES` classes."""
MOST_CLASSES = 100


@dataclass(frozen=True, eq=False)
class Preview:
    """What was converted, what looks wrong, the number of images in each class, and a few examples.

    `examples` is an upload with at most `EXAMPLES` images of each class in both sets; fixes can be tried on it.
    `counts` maps each label that occurs to its numbers of training and test images.
    """

    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    examples: Upload
    counts: dict[int, tuple[int, int]]

    @property
    def train_images(self) -> int:
        """The number of training images."""
        return sum(train for train, _ in self.counts.values())

    @property
    def test_images(self) -> int:
        """The number of test images."""
        return sum(test for _, test in self.counts.values())


def preview_of(upload: Upload) -> Preview:
    """Return the preview of an upload. Runs all checks, which takes up to a second."""
    labels = np.concatenate([upload.train.labels, upload.test.labels])
    present, class_indices = np.unique(labels, return_inverse=True)
    classes = min(len(present), MOST_CLASSES)
    chosen = sample_per_class(class_indices, EXAMPLES, np.random.default_rng(0), classes)
    train_count = len(upload.train.labels)
    images = [upload.train.images[at] if at < train_count else upload.test.images[at - train_count] for at in chosen]
    some = LabelledImages(np.stack(images), labels[chosen])
    examples = replace(upload, train=some, test=some)
    parts = class_indices[:train_count], class_indices[train_count:]
    train, test = (np.bincount(part, minlength=len(present)) for part in parts)
    counts = {label: (int(train[at]), int(test[at])) for at, label in enumerate(present.tolist())}
    return Preview(upload.notes, tuple(findings(upload)), examples, counts)
