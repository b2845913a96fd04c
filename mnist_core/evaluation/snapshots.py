"""Snapshots of a network in training: what some of its units look for, and how it reads some images."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import PIXELS
from mnist_core.evaluation.image_sample import ImageSample
from mnist_core.evaluation.influence import most_influential_units
from mnist_core.model.activations import activate
from mnist_core.model.numpy_network import OUTPUT_ACTIVATION, Network, softmax

SHOWN_UNITS = 12
LEVELS = 28
"""Steps from 0 to the strongest weight that is told apart, either way."""
MIDDLE = 63
"""The code of the letter for a weight of 0. With 28 to either side, no letter needs an escape in JSON."""
STRONG_SHARE = 0.995
"""Of the weights are told apart by their strength: a few extreme ones would pale all others."""


class Snapshot(NamedTuple):
    """What is shown of a network after so many batches (`step`).

    `units` are places in the first layer, the most influential first as they were when they were chosen, and `weights`
    (units, 784) int8 their input weights in steps of `scale` / `LEVELS`, from -`LEVELS` to `LEVELS`. `images` are
    places in the test set, with the most probable class for each in `answers`, and its probability (0 to 1). Of `read`
    test images, `mistakes` were read wrong; `read` is 0 where they were not counted. A `lasting` snapshot is kept to
    be looked at later; any other only until the next is there.
    """

    step: int
    units: tuple[int, ...]
    weights: NDArray[np.int8]
    scale: float
    images: tuple[int, ...]
    answers: tuple[int, ...]
    probabilities: tuple[float, ...]
    mistakes: int = 0
    read: int = 0
    lasting: bool = True

    def to_json(self) -> str:
        """Return it as a JSON object: the weights of a unit are one string with a letter for each."""
        letters = (self.weights + MIDDLE).astype(np.uint8)
        return json.dumps(self._asdict() | {"weights": [row.tobytes().decode("ascii") for row in letters]})

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Read what `to_json` wrote. Raises `ValueError`, `TypeError` or `KeyError` if it is something else."""
        values: dict[str, Any] = json.loads(text)
        letters = np.frombuffer("".join(values["weights"]).encode("ascii"), dtype=np.uint8)
        weights = (letters.astype(np.int16) - MIDDLE).astype(np.int8).reshape(len(values["units"]), PIXELS)
        lists = {name: tuple(values[name]) for name in ("units", "images", "answers", "probabilities")}
        if len({len(lists[name]) for name in ("images", "answers", "probabilities")}) != 1:
            raise ValueError("each image has one answer")
        return cls(**values | lists | {"weights": weights})


class Count(NamedTuple):
    """How many of so many test images were read wrong."""

    mistakes: int = 0
    read: int = 0


NOT_COUNTED = Count()


def choose_units(network: Network, sample: ImageSample) -> tuple[int, ...]:
    """Return which units of the first layer to show: the most influential ones, at most `SHOWN_UNITS`."""
    return tuple(most_influential_units(network, sample.images, SHOWN_UNITS).tolist())


def count_mistakes(network: Network, sample: ImageSample) -> Count:
    """Read the whole sample."""
    return Count(sample.mistakes(network.predict(sample.images)), len(sample.images))


def take_snapshot(
    network: Network,
    step: int,
    units: tuple[int, ...],
    sample: ImageSample,
    count: Count = NOT_COUNTED,
    lasting: bool = True,
) -> Snapshot | None:
    """Return a snapshot of a network, or None if its numbers are not all finite: some 1 ms with 256 units."""
    weights = network.layers[0].kernel[:, list(units)].T
    with np.errstate(all="ignore"):
        probabilities = _read_few(network, sample.images[sample.shown])
    if not (np.isfinite(weights).all() and np.isfinite(probabilities).all()):
        return None
    scale = float(np.quantile(np.abs(weights), STRONG_SHARE)) or 1.0
    answers = probabilities.argmax(axis=1)
    return Snapshot(
        step,
        units,
        np.rint(np.clip(weights / scale, -1, 1) * LEVELS).astype(np.int8),
        scale,
        tuple(sample.indices[sample.shown].tolist()),
        tuple(answers.tolist()),
        tuple(round(float(row[answer]), 3) for row, answer in zip(probabilities, answers, strict=True)),
        *count,
        lasting,
    )


def _read_few(network: Network, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what `Network.predict` does, by einsum, on one thread: 0.3 ms with 256 units.

    A product of BLAS takes half of that on a quiet machine, but 40 ms where its threads wait for busy cores.
    """
    values = network.inputs(images)
    for kernel, bias, activation in network.layers:
        values = np.einsum("ij,jk->ik", values, kernel) + bias
        if activation != OUTPUT_ACTIVATION:
            values = activate(activation, values)
    return softmax(values)
