"""Pictures of canvases while the pen is down: the networks that read them, and the answers that the pages show."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import MNIST_SHA256, Dataset
from mnist_core.model.numpy_network import Network
from mnist_core.reading.readings import Reading
from pages.shared import services
from pages.shared.drawing.prediction import prediction_html
from pages.shared.network_picker import ChosenNetwork
from pages.shared.probability_bars import probability_bars_html
from pages.visit.language import speaking

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

    def kept(self, source: int | str, step: int) -> Reader | None:
        """Return a network that was kept; None if it was not."""
        with self._lock:
            if (source, step) in self._kept:
                self._kept.move_to_end((source, step))
            return self._kept.get((source, step))

    def newest(self, source: int | str) -> Reader:
        """Return the newest network of a run, or the starter. Raises `RunNotFound`, and as `services.network`."""
        sha256 = MNIST_SHA256 if isinstance(source, str) else services.run(source).dataset_sha256
        return Reader(services.network(source).network, services.stored_dataset(sha256))


readers = Readers()


def as_json(picture: LivePicture, dataset: Dataset, reading: Reading) -> bytes:
    """Return what was read in a picture as JSON for the page; b"" if that is nothing.

    It has `html`, and `bars`, those of all probabilities as HTML, null if they were not asked for.
    """
    digits, probabilities = reading
    if not digits:
        return b""
    chosen = picture.chosen if picture.chosen < len(digits) else 0
    with speaking(picture.language):
        html = prediction_html(probabilities, dataset, digits, chosen, announced=False)
        bars = probability_bars_html(probabilities[chosen], dataset.class_names) if picture.bars else None
    return json.dumps({"html": html, "bars": bars}).encode()
