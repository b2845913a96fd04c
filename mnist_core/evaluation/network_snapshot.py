"""Snapshots of a network in training: pictures of some units, and its predictions for some images."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.evaluation.image_sample import ImageSample
from mnist_core.evaluation.influence import most_influential_units
from mnist_core.model.convolution import as_maps, convolved
from mnist_core.model.numpy_network import Network

SHOWN_UNITS = 12
LEVELS = 28
"""Number of quantisation levels on either side of 0."""
MIDDLE = 63
"""The code of the character for a weight of 0. With 28 levels on either side, no character needs escaping in JSON."""
UNCLIPPED_FRACTION = 0.995
"""Fraction of the weights that are not clipped. A few extreme weights would make all others look pale."""


class Snapshot(NamedTuple):
    """The part of a network that is shown after `step` batches.

    `units` are indices in the first layer, the most influential first at the time of their choice. `weights` (units,
    784) int8 are their pictures (see `unit_pictures`) in steps of `scale` / `LEVELS`, from -`LEVELS` to `LEVELS`.
    `images` are indices in the test set, `answers` the most probable class of each, `probabilities` (0 to 1) that
    class's. Of `read` test images, `mistakes` were misclassified; `read` is 0 if they were not counted. A `lasting`
    snapshot is kept for playback, any other only until the next one.
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
        """Return the snapshot as a JSON object. The weights of a unit are a string with one character each."""
        return json.dumps(self._asdict() | {"weights": self.weight_characters})

    @property
    def weight_characters(self) -> list[str]:
        """The weights of each unit as a string with one character each: "?" is 0, "#" and "[" are the strongest."""
        return [row.tobytes().decode("ascii") for row in (self.weights + MIDDLE).astype(np.uint8)]

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Read what `to_json` wrote. Raises `ValueError`, `TypeError` or `KeyError` if it is something else."""
        values: dict[str, Any] = json.loads(text)
        characters = np.frombuffer("".join(values["weights"]).encode("ascii"), dtype=np.uint8)
        weights = (characters.astype(np.int16) - MIDDLE).astype(np.int8).reshape(len(values["units"]), PIXELS)
        lists = {name: tuple(values[name]) for name in ("units", "images", "answers", "probabilities")}
        if len({len(lists[name]) for name in ("images", "answers", "probabilities")}) != 1:
            raise ValueError("each image has one answer")
        return cls(**values | lists | {"weights": weights})


class Count(NamedTuple):
    """The number of misclassified images among the `read` test images."""

    mistakes: int = 0
    read: int = 0


NOT_COUNTED = Count()


def choose_units(network: Network, sample: ImageSample) -> tuple[int, ...]:
    """Return the indices of the units of the first layer to show: the most influential ones, at most `SHOWN_UNITS`.

    Of a convolutional layer, these are its filters, in their order.
    """
    if network.convolutions:
        return tuple(range(len(network.convolutions[0].bias)))[:SHOWN_UNITS]
    return tuple(most_influential_units(network, sample.images, SHOWN_UNITS).tolist())


def unit_pictures(network: Network, sample: ImageSample) -> NDArray[np.float32]:
    """Return a picture (units, 784) of each unit of the first layer: its input weights, one for each pixel.

    The 3×3 weights of a filter say little. Its picture is what it makes of the first image that is shown: the sum at
    each place, before the activation, divided by the largest. The edge, where it does not fit, is 0.
    """
    if not network.convolutions:
        return network.layers[0].kernel.T
    image = network.pixels(sample.images[sample.shown[:1]])
    (sums,) = convolved(network.convolutions[0], as_maps(image))
    edge = (IMAGE_SIZE - len(sums)) // 2
    largest = np.abs(sums).max(axis=(0, 1))
    maps = (sums / np.where(largest == 0, 1, largest)).transpose(2, 0, 1)
    return np.pad(maps, ((0, 0), (edge, edge), (edge, edge))).reshape(-1, PIXELS)


def count_mistakes(network: Network, sample: ImageSample) -> Count:
    """Count the misclassified images of the whole sample."""
    return Count(sample.mistakes(network.predict(sample.images)), len(sample.images))


def take_snapshot(
    network: Network,
    step: int,
    units: tuple[int, ...],
    sample: ImageSample,
    count: Count = NOT_COUNTED,
    lasting: bool = True,
) -> Snapshot | None:
    """Return a snapshot of a network, or None if some of its numbers are not finite: about 1 ms with 256 units."""
    with np.errstate(all="ignore"):
        pictures = unit_pictures(network, sample)[list(units)]
        probabilities = network.predict(sample.images[sample.shown])
    if not (np.isfinite(pictures).all() and np.isfinite(probabilities).all()):
        return None
    answers = probabilities.argmax(axis=1)
    return Snapshot(
        step,
        units,
        *_quantised(pictures),
        tuple(sample.indices[sample.shown].tolist()),
        tuple(answers.tolist()),
        tuple(round(float(row[answer]), 3) for row, answer in zip(probabilities, answers, strict=True)),
        *count,
        lasting,
    )


def with_other_units(snapshot: Snapshot, pictures: NDArray[np.float32], units: tuple[int, ...]) -> Snapshot:
    """Return a snapshot that shows other units of the same network, of which `pictures` are all `unit_pictures`."""
    weights, scale = _quantised(pictures[list(units)])
    return snapshot._replace(units=units, weights=weights, scale=scale)


def _quantised(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], float]:
    """Return weights in steps of `LEVELS`, and the scale at which they are clipped; see `Snapshot`."""
    scale = float(np.quantile(np.abs(weights), UNCLIPPED_FRACTION)) or 1.0
    return np.rint(np.clip(weights / scale, -1, 1) * LEVELS).astype(np.int8), scale
