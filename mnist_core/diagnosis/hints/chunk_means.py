"""The means over each chunk of a training, computed from the running means over the epoch that a history keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mnist_core.config import TrainConfig
from mnist_core.runs.run_records import History


class Chunk(NamedTuple):
    """The examples between two points of a history: mean loss (nats) and accuracy (0 to 1) over `examples` of them.

    `epochs` is how many epochs lay behind at its end.
    """

    epochs: float
    loss: float
    accuracy: float
    examples: int


def chunks_of(history: History, config: TrainConfig, train_images: int) -> list[Chunk]:
    """Return the chunks of a run over a dataset with so many training images, in their order.

    A point holds the mean over its epoch so far. The mean of a chunk is what the sum of the losses grew by, over how
    many examples there were more.
    """
    return list(_chunks(history, config.batch_size, config.examples_per_epoch(config.learned_images(train_images))))


def _chunks(history: History, batch_size: int, examples_per_epoch: int) -> Iterator[Chunk]:
    epoch, before, loss_sum, right = 0, 0, 0.0, 0.0
    for point in history.points:
        if point.epoch != epoch:
            epoch, before, loss_sum, right = point.epoch, 0, 0.0, 0.0
        steps = point.step - (epoch - 1) * history.steps_per_epoch
        seen = min(steps * batch_size, examples_per_epoch)
        examples = seen - before
        if examples > 0:
            loss = (point.loss * seen - loss_sum) / examples
            accuracy = (point.accuracy * seen - right) / examples
            yield Chunk(point.step / history.steps_per_epoch, loss, accuracy, examples)
        before, loss_sum, right = seen, point.loss * seen, point.accuracy * seen
