"""What comes out of a training on its way: points of its curves, and checkpoints.

Plain data, which training, the run store and the pages have in common.
"""

from __future__ import annotations

from typing import NamedTuple


class ProgressPoint(NamedTuple):
    """Progress at one step of the fixed grid: running means over the epoch, as Keras reports them.

    The accuracies are fractions from 0 to 1; test and validation values are None except at an epoch's end.
    `seconds` is the run's training time up to here; None in runs that were made before it was kept.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float
    test_loss: float | None = None
    test_accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    seconds: float | None = None


class Checkpoint(NamedTuple):
    """What a run needs to go on: the network (see `network.Network.to_bytes`) and the optimizer's state."""

    step: int
    network: bytes
    optimizer: bytes
