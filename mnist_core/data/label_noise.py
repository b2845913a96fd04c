"""Label noise: some training labels are made wrong on purpose, to see what a network makes of them.

The noise is symmetric: a wrong label is one of the other classes, each with the same probability.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.stratified_sample import stratified_sample

CHOICE_STREAM, LABEL_STREAM = 3, 4
"""Tell the random numbers of which labels are wrong, and of what they become, from others; see `stratified_sample`."""


def with_label_noise(labels: NDArray[np.uint8], classes: int, share: float, seed: int) -> NDArray[np.uint8]:
    """Return labels (n,) of which a share (0 to 1) is wrong: of each class the same share, give or take one label.

    They follow from the seed. What is wrong at one share is wrong at a larger one too, with the same wrong label.
    Raises `ValueError` if there are fewer than two classes.
    """
    wrong = stratified_sample(labels, round(share * len(labels)), seed, CHOICE_STREAM)
    shifts = np.random.default_rng([seed, 0, LABEL_STREAM]).integers(1, classes, len(labels))
    given = labels.copy()
    given[wrong] = (labels[wrong] + shifts[wrong]) % classes
    return given
