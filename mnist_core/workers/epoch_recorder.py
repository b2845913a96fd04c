"""Takes the predictions and the weights of a run at the end of each epoch, while a worker trains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mnist_core.evaluation.ended_epoch import EndedEpoch, EpochPredictions, half_precision
from mnist_core.progress import ProgressPoint

if TYPE_CHECKING:
    from mnist_core.training import Trainer


class EpochRecorder:
    """Takes what is stored of each epoch of the run that a trainer has in hand, during one turn.

    It changes nothing of the training. At the end of an epoch the trainer has just read the test images; before the
    first step they are read for this alone.
    """

    def __init__(self, trainer: Trainer) -> None:
        """Begin with the initial weights, if the run begins."""
        self._trainer = trainer
        self._initial = None if trainer.step else trainer.current_network()
        self._ended: list[EndedEpoch] = []

    def after_chunk(self, point: ProgressPoint) -> None:
        """Take the network and its predictions if the chunk was the last of an epoch."""
        probabilities = self._trainer.test_probabilities
        if point.test_accuracy is None or probabilities is None:
            return
        network = half_precision(self._trainer.current_network())
        self._ended.append(EndedEpoch(point.epoch, network, EpochPredictions.of(point.epoch, probabilities)))

    def take(self) -> list[EndedEpoch]:
        """Return the epochs that have ended since the last call."""
        ended, self._ended = [*self._before_training(), *self._ended], []
        return ended

    def _before_training(self) -> list[EndedEpoch]:
        """Return epoch 0 once, if the run has begun. The images are read now, so that its first steps need not wait."""
        network, self._initial = self._initial, None
        if network is None:
            return []
        probabilities = network.predict(self._trainer.dataset.test_images)
        return [EndedEpoch(0, half_precision(network), EpochPredictions.of(0, probabilities))]
