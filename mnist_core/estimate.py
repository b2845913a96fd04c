"""Estimates the time and memory of a training: a cost model, to be scaled by the measured speed of a machine."""

from __future__ import annotations

import os

from mnist_core.config import OPTIMIZERS, ConfigError, TrainConfig
from mnist_core.data import PIXELS
from mnist_core.model.architecture import CLASSES, Architecture, count_parameters
from mnist_core.text.sentence import sentence
from mnist_core.text.words import counted

# Fitted to the processor seconds per step of 38 settings (no hidden layer to 5 × 256 and 2,048 units, batches of 16 to
# 2,048), and scaled so that a step of the default settings takes what it took on the reference machine: one core of a
# Xeon with AVX-512. Most estimates are within 15 % of what was measured, all within 45 %. The update times in
# `config.optimizers` were fitted together with them. Callers scale the estimates by the measured speed of their
# machine. What costs less than that error is left out: L2 (1.02 times a step without it), momentum (1.03) and a
# schedule (1.01 to 1.02), as measured in docs/performance.md. Initial weights and label noise cost nothing per step;
# early stopping costs nothing that can be measured, and its estimate is said as the most that a run takes.
STEP_SECONDS, LAYER_SECONDS, EXAMPLE_SECONDS = 90e-6, 50e-6, 1.6e-6
"""What a step costs at least, and more for each hidden layer and for each example: its pixels, its loss."""
FLOPS_PER_SECOND = 123e9
DROPOUT_SECONDS_PER_UNIT = 8e-9
CONVOLUTION_STEP_SECONDS, CONVOLUTION_SECONDS_PER_NUMBER = 0.8e-3, 6e-9
"""What convolutional layers add to a step, and for each number in the maps of an example before pooling.

Fitted to batches of 16, 128 and 1,024, relative to dense networks on the same machine: within about 30 % there.
"""
NORMALISATION_SECONDS, NORMALISATION_SECONDS_PER_UNIT = 30e-6, 2e-9
"""Of one layer: a step costs so much, and each unit so much more for each example of the batch."""
FLOAT_BYTES = 4


def seconds_per_step(config: TrainConfig, classes: int = CLASSES) -> float:
    """Return the seconds of one step on the reference machine.

    A dense layer costs 2 operations for each weight and example in the forward pass, and as many again for each of the
    two gradients; the first layer needs no gradient of its inputs.
    """
    network = Architecture.of(config, classes)
    first, *others = sizes = (*config.units_of_each_layer, classes)
    inner = sum(inputs * units for inputs, units in zip(sizes, others, strict=False))
    outer = (6 * network.features if network.convolutions else 4 * PIXELS) * first
    operations = config.batch_size * (outer + 6 * inner)
    updating = OPTIMIZERS[config.optimizer].update_seconds * count_parameters(config, classes)
    dropping = DROPOUT_SECONDS_PER_UNIT * config.batch_size * sum(sizes[:-1]) if config.dropout else 0.0
    more = updating + dropping + _normalising(config) + _convolving(network, config.batch_size)
    least = STEP_SECONDS + LAYER_SECONDS * config.hidden_layers + EXAMPLE_SECONDS * config.batch_size
    return least + operations / FLOPS_PER_SECOND + more


def _normalising(config: TrainConfig) -> float:
    if not config.batch_normalisation:
        return 0.0
    examples = config.batch_size * sum(config.units_of_each_layer)
    return NORMALISATION_SECONDS * config.hidden_layers + NORMALISATION_SECONDS_PER_UNIT * examples


def _convolving(network: Architecture, batch_size: int) -> float:
    numbers = batch_size * sum(maps.sums for maps in network.maps)
    return CONVOLUTION_STEP_SECONDS + CONVOLUTION_SECONDS_PER_NUMBER * numbers if numbers else 0.0


def seconds_per_epoch(config: TrainConfig, examples: int, classes: int = CLASSES) -> float:
    """Return the seconds of one epoch over `examples` training images on the reference machine."""
    return seconds_per_step(config, classes) * config.steps_per_epoch(examples)


def memory_bytes(config: TrainConfig, classes: int = CLASSES) -> int:
    """Return roughly how many bytes of memory a worker needs for a run, in addition to TensorFlow itself.

    Each parameter is stored as weight, gradient, up to two optimizer variables, and twice in a checkpoint. Each example
    of a batch is stored as bytes and floats, with the outputs and gradients of each layer. Batch normalisation needs
    another copy of the parameters, since the network has them folded, and has outputs and gradients of its own. Early
    stopping stores the best network as well, in memory and twice in a checkpoint.
    """
    copies = 6 + config.batch_normalisation + (3 if config.patience else 0)
    parameters = copies * FLOAT_BYTES * count_parameters(config, classes)
    outputs = sum(config.units_of_each_layer) * (2 if config.batch_normalisation else 1) + classes
    outputs += sum(maps.sums + maps.outputs for maps in Architecture.of(config, classes).maps)
    example = PIXELS * (1 + 2 * FLOAT_BYTES) + 4 * FLOAT_BYTES * outputs
    return parameters + config.batch_size * example


def require_memory(config: TrainConfig, limit: int | None = None, classes: int = CLASSES) -> None:
    """Raise `ConfigError` if a run needs more than `limit` bytes, by default a quarter of this machine's memory."""
    allowed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 if limit is None else limit
    needed = memory_bytes(config, classes)
    if needed > allowed:
        raise ConfigError(
            sentence(
                "These settings need about {needed:,.0f} MB of memory, and a run may take {allowed:,.0f} MB on "
                "this machine. Try fewer hidden units, fewer layers or a smaller batch.",
                needed=needed / 1000000.0,
                allowed=allowed / 1000000.0,
            )
        )


def about(seconds: float, at_most: bool = False) -> str:
    """Return an estimate in words: "less than a second", "about 8 seconds", "about 2.5 hours", "at most 8 seconds".

    `at_most` is for what may end earlier, such as a run with early stopping.
    """
    if seconds < 1:
        return sentence("less than a second")
    duration = duration_in_words(seconds)
    return (
        sentence("at most {duration}", duration=duration)
        if at_most
        else sentence("about {duration}", duration=duration)
    )


def duration_in_words(seconds: float) -> str:
    """Return a duration in words: "under a second", "8 seconds", "3 minutes", "2.5 hours"."""
    if seconds < 1:
        return sentence("under a second")
    if seconds < 90:
        return counted(round(seconds), "second")
    if seconds < 90 * 60:
        return counted(round(seconds / 60), "minute")
    return sentence("{hours:.1f} hours", hours=seconds / 3600)
