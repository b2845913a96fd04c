"""Settings for fine-tuning: a finished network learns a few drawings, and keeps what it has learned."""

from __future__ import annotations

from mnist_core.config.settings import ARCHITECTURE_SETTINGS
from mnist_core.config.train_config import TrainConfig

LEARNING_RATE = 0.0003
"""A third of the default. With the default, ten people's drawings were read no better, and MNIST a little worse."""


def fine_tuning(config: TrainConfig) -> TrainConfig:
    """Return settings with which a network that was trained with `config` learns drawings among its other images.

    They are the defaults for one epoch with a low learning rate, whatever the network was trained with: one that was
    trained with SGD learned more in this way than with SGD again. Nothing is held out, since the drawings are the last
    of the training images. docs/performance.md has the accuracies before and after.
    """
    architecture = {name: getattr(config, name) for name in ARCHITECTURE_SETTINGS}
    batch_size = min(config.batch_size, TrainConfig.batch_size)  # a small dataset has no larger batches
    return TrainConfig(**architecture, epochs=1, batch_size=batch_size, learning_rate=LEARNING_RATE)
