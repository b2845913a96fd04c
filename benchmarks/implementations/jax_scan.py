"""A JAX scan: one hidden layer, relu, our own RMSprop; a whole epoch is one compiled program."""

# mypy: disable-error-code=import-not-found
# (only this benchmark needs the library)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS, load_dataset
from mnist_core.model.architecture import CLASSES

DECAY, EPSILON = 0.9, 1e-7
"""The constants of RMSprop in Keras."""


def prepare(config: TrainConfig) -> Callable[[], object]:
    """Return a function that trains one epoch of shuffled uint8 batches, including the smaller last one."""
    import jax

    dataset, rng = load_dataset(), np.random.default_rng(config.seed)
    images, labels = dataset.train_images.reshape(-1, PIXELS), dataset.train_labels.astype(np.int32)
    full = len(images) // config.batch_size * config.batch_size
    train_batches = jax.jit(_scan(config.learning_rate), donate_argnums=0)
    state = _initial_state(sum(config.units_of_each_layer), rng)

    def epoch() -> None:
        nonlocal state
        order = rng.permutation(len(images))
        for part, size in ((order[:full], config.batch_size), (order[full:], len(order) - full)):
            if size:
                state = train_batches(state, images[part].reshape(-1, size, PIXELS), labels[part].reshape(-1, size))
        jax.block_until_ready(state)

    epoch()
    return epoch


def _initial_state(units: int, rng: np.random.Generator) -> Any:
    kernels = [rng.normal(0, np.sqrt(2 / sum(shape)), shape) for shape in ((PIXELS, units), (units, CLASSES))]
    weights = [array.astype(np.float32) for kernel in kernels for array in (kernel, np.zeros(kernel.shape[1]))]
    return weights, [np.zeros_like(weight) for weight in weights]


def _scan(learning_rate: float) -> Callable[..., Any]:
    import jax
    import jax.numpy as jnp

    def loss(weights: Any, pixels: Any, labels: Any) -> Any:
        hidden = jax.nn.relu(pixels @ weights[0] + weights[1])
        logits = jax.nn.log_softmax(hidden @ weights[2] + weights[3])
        return -jnp.take_along_axis(logits, labels[:, None], axis=1).mean()

    def step(state: Any, batch: Any) -> Any:
        weights, velocities = state
        gradients = jax.grad(loss)(weights, batch[0].astype(jnp.float32) / 255, batch[1])
        velocities = [DECAY * v + (1 - DECAY) * g * g for v, g in zip(velocities, gradients, strict=True)]
        moves = [g / jnp.sqrt(v + EPSILON) for v, g in zip(velocities, gradients, strict=True)]
        return ([w - learning_rate * move for w, move in zip(weights, moves, strict=True)], velocities), None

    return lambda state, images, labels: jax.lax.scan(step, state, (images, labels))[0]
