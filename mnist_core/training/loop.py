"""The compiled training loop: many batches in one TensorFlow call, with an unmodified Keras model and optimizer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from numpy.typing import NDArray

from mnist_core.config import OPTIMIZERS, TrainConfig
from mnist_core.data import PIXELS
from mnist_core.data.augmentation import Distortions
from mnist_core.training.backend import in_one_thread, keras, tf

FUSED_FROM = 80_000
"""Parameters from which the update is fused by XLA. It made a step 5 % slower at 51,000 and 8 % faster at 102,000."""
SHARED_FROM = 128
"""Batch size from which the two halves of a batch are differentiated in parallel, on two cores if they are free.

With 128 images, an epoch took 0.7 times as long on two free cores, and 0.8 (16 units) to 1.08 times (256 units) if
another worker used the second core. With 64 images it took 0.77 and 1.17 times as long, and with 16 it was slower even
on two free cores.
"""

Sums = tuple[tf.Tensor, tf.Tensor]
_IMAGES = tf.TensorSpec([None, None, PIXELS], tf.uint8)
_LABELS = tf.TensorSpec([None, None], tf.int32)
_RATES = tf.TensorSpec([None], tf.float64)


def compile_train_loop(model: keras.Model, config: TrainConfig) -> Callable[[NDArray, NDArray, NDArray], Sums]:
    """Return a function that trains some batches, and returns the sum of losses and the count of hits.

    Its arguments are images (steps, batch, 784) uint8, labels (steps, batch) int32, and the learning rates of the steps
    (steps,) float64.
    """
    return _scheduled(_loop(model, config), config)


def compile_augmenting_train_loop(
    model: keras.Model, config: TrainConfig
) -> Callable[[NDArray, NDArray, NDArray, Distortions], Sums]:
    """Return a loop that also takes which images to distort, and how."""
    loop = _loop(model, config)
    vector = tf.TensorSpec([None], tf.int32)
    distortions = Distortions(vector, vector, tf.TensorSpec([None, PIXELS], tf.int32))

    signature = [_IMAGES, _LABELS, _RATES, distortions]

    @tf.function(input_signature=signature, autograph=True)  # type: ignore[untyped-decorator]
    def augmenting_loop(images: tf.Tensor, labels: tf.Tensor, rates: tf.Tensor, distortions: Distortions) -> Sums:
        flat = tf.reshape(images, [-1, PIXELS])
        distorted = _distort(tf.gather(flat, distortions.which), distortions)
        new_places = tf.shape(flat)[0] + tf.range(tf.shape(distorted)[0])
        places = tf.tensor_scatter_nd_update(tf.range(tf.shape(flat)[0]), distortions.which[:, None], new_places)
        mixed = tf.gather(tf.concat([flat, distorted], 0), places)
        return loop(tf.reshape(mixed, tf.shape(images)), labels, rates)

    return _scheduled(augmenting_loop, config)


def _loop(model: keras.Model, config: TrainConfig) -> Callable[[tf.Tensor, tf.Tensor, tf.Tensor], Sums]:
    variables, optimizer, dtype = model.trainable_variables, model.optimizer, model.compute_dtype
    is_shared, is_normalised = _is_shared(config), config.batch_normalisation
    shares = 2 if is_shared and not is_normalised else 1
    forward = _forward_in_halves(model) if is_shared and is_normalised else partial(model, training=True)

    # XLA fuses about ten operations on every parameter into one pass. The rest of a step does not get faster.
    @tf.function(jit_compile=_worth_fusing(model, config) or None)  # type: ignore[untyped-decorator]
    def update(gradients: list[list[tf.Tensor]]) -> None:
        sums = [tf.add_n(of_shares) for of_shares in zip(*gradients, strict=True)]
        optimizer.apply([_penalised(*pair) for pair in zip(sums, variables, strict=True)], variables)

    def differentiate(images: tf.Tensor, labels: tf.Tensor, examples: tf.Tensor) -> tuple[list[tf.Tensor], Sums]:
        pixels = tf.cast(images, dtype) / 255
        with tf.GradientTape() as tape:
            probabilities = forward(pixels)
            loss_sum = tf.reduce_sum(keras.losses.sparse_categorical_crossentropy(labels, probabilities))
            loss = loss_sum / examples
        hits = tf.equal(tf.argmax(probabilities, axis=-1, output_type=tf.int32), labels)
        return tape.gradient(loss, variables), (loss_sum, tf.reduce_sum(tf.cast(hits, dtype)))

    def train_step(images: tf.Tensor, labels: tf.Tensor) -> Sums:
        size = tf.size(labels)
        bounds = [size * share // shares for share in range(shares + 1)]
        parts = [slice(*ends) for ends in pairwise(bounds)]
        results = [differentiate(images[part], labels[part], tf.cast(size, dtype)) for part in parts]
        gradients, sums = zip(*results, strict=True)
        update(gradients)
        loss_sums, hits = zip(*sums, strict=True)
        return tf.add_n(loss_sums), tf.add_n(hits)

    @tf.function(input_signature=[_IMAGES, _LABELS, _RATES], autograph=True)  # type: ignore[untyped-decorator]
    def loop(images: tf.Tensor, labels: tf.Tensor, rates: tf.Tensor) -> Sums:
        loss_sum, correct = tf.zeros((), dtype), tf.zeros((), dtype)
        rates = tf.cast(rates, optimizer.learning_rate.dtype)
        for index in tf.range(tf.shape(images)[0]):
            optimizer.learning_rate.assign(rates[index])
            loss, hits = train_step(images[index], labels[index])
            loss_sum += loss
            correct += hits
        return loss_sum, correct

    return loop


def _penalised(gradient: tf.Tensor, variable: keras.Variable) -> tf.Tensor:
    """Add the gradient of the penalty for large weights, if there is one, to that of the loss."""
    if variable.regularizer is None:
        return gradient
    with tf.GradientTape() as tape:
        penalty = variable.regularizer(variable)
    return gradient + tape.gradient(penalty, variable)


def _is_shared(config: TrainConfig) -> bool:
    """Whether the halves of a batch are worked on in parallel. It must not depend on the machine.

    With dropout they are not, since Keras draws the masks for a whole batch. So a run drops the same units as
    `model.fit`. Batch normalisation also needs the whole batch, but the products of the dense layers do not.
    """
    return config.batch_size >= SHARED_FROM and (config.batch_normalisation or not config.dropout)


def _forward_in_halves(model: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return a function that calls the layers one by one, those with products for each half of a batch."""
    with_products = (keras.layers.Dense, keras.layers.Conv2D)
    of_training = (keras.layers.BatchNormalization, keras.layers.Dropout)

    def forward(values: tf.Tensor) -> tf.Tensor:
        for layer in model.layers:
            if isinstance(layer, with_products):
                size = tf.shape(values)[0]
                halves = tf.split(values, [size // 2, size - size // 2])
                values = tf.concat([layer(half) for half in halves], 0)
            else:
                values = layer(values, training=True) if isinstance(layer, of_training) else layer(values)
        return values

    return forward


def _scheduled(loop: Callable[..., Sums], config: TrainConfig) -> Callable[..., Sums]:
    """Run a loop without halves in a single thread: passing operations between threads costs up to a seventh."""
    if _is_shared(config):
        return loop

    def loop_in_one_thread(*arguments: object) -> Sums:
        with in_one_thread():
            return loop(*arguments)

    return loop_in_one_thread


def _distort(images: tf.Tensor, distortions: Distortions) -> tf.Tensor:
    """Distort images (n, 784) uint8, group by group.

    It is compiled as part of its caller: a compiled function that has been called by one of several threads cannot be
    called in a single thread any more.
    """
    groups = tf.shape(distortions.source_pixels)[0]
    results = tf.TensorArray(tf.uint8, groups, infer_shape=False, element_shape=[None, PIXELS])
    for group in tf.range(groups):
        # Transposed, so that whole rows are gathered: one pixel of every image of the group.
        some = images[distortions.edges[group] : distortions.edges[group + 1]]
        pixels = tf.pad(tf.transpose(some), [[0, 1], [0, 0]])
        results = results.write(group, tf.transpose(tf.gather(pixels, distortions.source_pixels[group])))
    return results.concat()


def _worth_fusing(model: keras.Model, config: TrainConfig) -> bool:
    """Whether fusing the update saves more than a call of XLA costs."""
    return OPTIMIZERS[config.optimizer].fusible and model.count_params() >= FUSED_FROM
