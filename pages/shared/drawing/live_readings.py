"""What networks read in pictures of canvases, many at once: the answers that the pages show while the pen is down."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.probabilities import probability_bars_as_json
from mnist_core.data import MNIST_SHA256, Dataset
from mnist_core.drawing import DrawingError
from mnist_core.errors import UserError
from mnist_core.model.numpy_network import Network
from pages.components.canvas.answer import SIDE as LIVE_SIDE
from pages.components.canvas.drawing import SIDE
from pages.shared import services
from pages.shared.drawing.digit import Digit, in_drawing
from pages.shared.drawing.prediction import prediction_html
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _, speaking

BARS_HEIGHT = 240
"""Of the chart of all probabilities, in pixels."""
MOST_KEPT = 32


class LivePicture(NamedTuple):
    """A picture of a canvas, and what is asked about it.

    `source` is the number of a run or `services.STARTER`, `step` that of the network that the page shows. `brush` is
    the width of the strokes in pixels of the canvas, which has 280 across; `chosen` the index of the digit that is
    looked at; `language` the code of the page's. `pixels` are (140, 140), ink 255 on 0.
    """

    source: int | str
    step: int
    brush: int
    chosen: int
    bars: bool
    language: str
    pixels: NDArray[np.uint8]


class Reader(NamedTuple):
    """A network, and the images that it learned from."""

    network: Network
    dataset: Dataset


class Readers:
    """The networks that pages show by now, by source and step: the answer that stays is one of the same network.

    Thread-safe. The one that was used longest ago is dropped first.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int | str, int], Reader] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, choice: ChosenNetwork) -> None:
        """Keep the network that a page shows. Raises what reading it and its dataset raises."""
        reader = Reader(choice.network, choice.dataset)
        with self._lock:
            self._kept[choice.source, choice.step] = reader
            self._kept.move_to_end((choice.source, choice.step))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def get(self, source: int | str, step: int) -> Reader:
        """Return a network that was kept, or the newest of a run. Raises `RunNotFound`, and as `services.network`."""
        with self._lock:
            if (source, step) in self._kept:
                self._kept.move_to_end((source, step))
                return self._kept[source, step]
        sha256 = MNIST_SHA256 if isinstance(source, str) else services.run(source).dataset_sha256
        return Reader(services.network(source).network, services.stored_dataset(sha256))


readers = Readers()


def read_pictures(pictures: list[LivePicture]) -> list[bytes | UserError]:
    """Return for each picture the answer as JSON, b"" where nothing can be read in it, or why it cannot be answered.

    The JSON has `html`, and `bars` for the chart: its figure, summary and height, null if it was not asked for. All
    pictures for the same network are read at once.
    """
    groups: dict[tuple[int | str, int], list[int]] = {}
    for index, picture in enumerate(pictures):
        groups.setdefault((picture.source, picture.step), []).append(index)
    answers: list[bytes | UserError] = [b""] * len(pictures)
    for (source, step), indices in groups.items():
        try:
            found = _read_for(readers.get(source, step), [pictures[index] for index in indices])
        except UserError as error:
            found = [error] * len(indices)
        for index, answer in zip(indices, found, strict=True):
            answers[index] = answer
    return answers


def _read_for(reader: Reader, pictures: Sequence[LivePicture]) -> list[bytes | UserError]:
    digits = [_digits(picture, reader.dataset) for picture in pictures]
    images = [digit.image for several in digits for digit in several]
    if not images:
        return [b""] * len(pictures)
    probabilities = reader.network.predict(np.stack(images))
    parts = np.split(probabilities, np.cumsum([len(several) for several in digits])[:-1])
    return [
        _answer(reader.dataset, picture, several, part) if several else b""
        for picture, several, part in zip(pictures, digits, parts, strict=True)
    ]


def _digits(picture: LivePicture, dataset: Dataset) -> tuple[Digit, ...]:
    try:
        return in_drawing(picture.pixels, picture.brush * LIVE_SIDE / SIDE, dataset.class_names)
    except DrawingError:  # the page says it, if it is still so after pen up
        return ()


def _answer(
    dataset: Dataset, picture: LivePicture, digits: tuple[Digit, ...], probabilities: NDArray[np.float32]
) -> bytes:
    chosen = picture.chosen if picture.chosen < len(digits) else 0
    with speaking(picture.language):
        html, bars = prediction_html(probabilities, dataset, digits, chosen, announced=False), None
        if picture.bars:
            figure, summary = probability_bars_as_json(probabilities[chosen], tuple(dataset.class_names))
            bars = {"figure": figure, "summary": _(summary), "height": BARS_HEIGHT}
    return json.dumps({"html": html, "bars": bars}).encode()
