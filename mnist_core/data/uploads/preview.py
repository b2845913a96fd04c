"""What is told of a draft before it is added: small enough to be kept while somebody decides."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mnist_core.data.class_statistics import sample_per_class
from mnist_core.data.uploads.draft import Draft, Labelled
from mnist_core.data.uploads.suspicions import Finding, findings

EXAMPLES = 4
"""Of each class, of at most `MOST_CLASSES` classes."""
MOST_CLASSES = 100


@dataclass(frozen=True, eq=False)
class Preview:
    """What was converted and what looks wrong, how many images each class has, and a few of each.

    `examples` is a draft with at most `EXAMPLES` images of each class in both sets, so that cures can be tried on it;
    `counts` has the numbers of training and test images of each label that occurs.
    """

    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    examples: Draft
    counts: dict[int, tuple[int, int]]

    @property
    def train_images(self) -> int:
        """How many images there are to learn from."""
        return sum(train for train, _ in self.counts.values())

    @property
    def test_images(self) -> int:
        """How many images there are to test with."""
        return sum(test for _, test in self.counts.values())


def preview_of(draft: Draft) -> Preview:
    """Return what to tell of a draft; takes as long as looking for what is wrong with it, up to a second."""
    labels = np.concatenate([draft.train.labels, draft.test.labels])
    present, places = np.unique(labels, return_inverse=True)
    classes = min(len(present), MOST_CLASSES)
    chosen = sample_per_class(places, EXAMPLES, np.random.default_rng(0), classes)
    learned = len(draft.train.labels)
    images = [draft.train.images[at] if at < learned else draft.test.images[at - learned] for at in chosen]
    some = Labelled(np.stack(images), labels[chosen])
    examples = replace(draft, train=some, test=some)
    train, test = (np.bincount(part, minlength=len(present)) for part in (places[:learned], places[learned:]))
    counts = {label: (int(train[at]), int(test[at])) for at, label in enumerate(present.tolist())}
    return Preview(draft.notes, tuple(findings(draft)), examples, counts)
