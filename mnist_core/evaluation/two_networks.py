"""Compares what two networks read in the same test images, and finds labels that several networks contradict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CONFIDENT = 0.9
"""The least confidence, 0 to 1, with which each network must contradict a label for it to be suspicious."""
FEWEST_NETWORKS = 3
"""Two networks may well make the same error."""


class SharedErrors(NamedTuple):
    """The test images that both of two networks misread, only the first, or only the other: each (m,) positions.

    The most confident errors come first: of `both`, by the mean confidence of the two.
    """

    both: NDArray[np.intp]
    only_first: NDArray[np.intp]
    only_other: NDArray[np.intp]


def shared_errors(
    first: NDArray[np.floating], other: NDArray[np.floating], labels: NDArray[np.integer]
) -> SharedErrors:
    """Compare the class probabilities (n, classes) of two networks for the images with these labels (n,)."""
    wrong, wrong_too = (of.argmax(axis=1) != labels for of in (first, other))
    sure, sure_too = first.max(axis=1), other.max(axis=1)
    return SharedErrors(
        _by_confidence(wrong & wrong_too, (sure + sure_too) / 2),
        _by_confidence(wrong & ~wrong_too, sure),
        _by_confidence(~wrong & wrong_too, sure_too),
    )


class SuspiciousLabels(NamedTuple):
    """Test images (m,) whose labels all networks contradict alike: positions, what they read, their mean confidence."""

    indices: NDArray[np.intp]
    read: NDArray[np.intp]
    confidence: NDArray[np.floating]


def suspicious_labels(probabilities: Sequence[NDArray[np.floating]], labels: NDArray[np.integer]) -> SuspiciousLabels:
    """Return the images that all networks read as the same wrong class, each with `CONFIDENT` or more.

    `probabilities` are those (n, classes) of `FEWEST_NETWORKS` or more networks, `labels` (n,) of the images. The most
    confident come first. After Northcutt, Athalye and Mueller, "Pervasive label errors in test sets destabilize machine
    learning benchmarks" (NeurIPS 2021), who found 15 wrong labels among the 10,000 test images of MNIST.
    """
    read = np.stack([it.argmax(axis=1) for it in probabilities])
    sure = np.stack([it.max(axis=1) for it in probabilities])
    alike = (read == read[0]).all(axis=0) & (read[0] != labels) & (sure >= CONFIDENT).all(axis=0)
    found = _by_confidence(alike, sure.mean(axis=0))
    return SuspiciousLabels(found, read[0][found], sure.mean(axis=0)[found])


def _by_confidence(chosen: NDArray[np.bool_], confidence: NDArray[np.floating]) -> NDArray[np.intp]:
    order = np.argsort(-confidence, kind="stable")
    return order[chosen[order]]
