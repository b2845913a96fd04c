"""What networks read in drawings, many at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnist_core.data import DIGITS
from mnist_core.model.numpy_network import Network
from mnist_core.reading.readings import Drawing, read_drawings
from tests.support.drawings import SIDE, drawing


class CountingNetwork:
    """The starter network, which notes how many images it was given each time."""

    classes = 10

    def __init__(self) -> None:
        self.given: list[int] = []
        self._starter = Network.load("starter")

    def predict(self, images: Any) -> Any:
        self.given.append(len(images))
        return self._starter.predict(images)


def test_drawings_that_wait_for_the_same_network_are_read_at_once():
    network: Any = CountingNetwork()
    seven, nothing, two = read_drawings([(network, drawing(index)) for index in (0, None, 1)])
    assert network.given == [2]
    assert [int(reading.probabilities.argmax()) for reading in (seven, two)] == [7, 2]
    assert (nothing.digits, nothing.probabilities.shape) == ((), (0, 10))


def test_each_drawing_is_read_by_its_own_network():
    networks: list[Any] = [CountingNetwork(), CountingNetwork()]
    readings = read_drawings([(networks[0], drawing(0)), (networks[1], drawing(1)), (networks[0], drawing(2))])
    assert [network.given for network in networks] == [[2], [1]]
    assert [int(reading.probabilities.argmax()) for reading in readings] == [7, 2, 1]


def test_what_is_no_digit_at_all_is_read_as_nothing():
    full = Drawing(np.full((SIDE, SIDE), 255, np.uint8), 9.0, DIGITS)
    (reading,) = read_drawings([(Network.load("starter"), full)])
    assert len(reading.digits) == len(reading.probabilities)
