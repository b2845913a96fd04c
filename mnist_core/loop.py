"""The compiled loop: many batches in one call of TensorFlow's, with the Keras model and optimizer as they are."""

from __future__ import annotations

from collections.abc import Callable

from numpy.typing import NDArray

from mnist_core.augmentation import Distortions
from mnist_core.backend import keras, tf
from mnist_core.data import PIXELS

FUSED_FROM = 80_000
"""Parameters; with 64 units (51,000) the fused update made a step 5 % slower, with 128 (102,000) 8 % faster."""

Sums = tuple[tf.Tensor, tf.Tensor]
_IMAGES = tf.TensorSpec([None, None, PIXELS], tf.uint8)
_LABELS = tf.TensorSpec([None, None], tf.int32)


def compile_loop(model: keras.Model) -> Callable[[NDArray, NDArray], Sums]:
    """Return f(images (steps, batch, 784) uint8, labels (steps, batch) int32) -> (sum of losses, count of hits)."""
    variables, optimizer, dtype = model.trainable_variables, model.optimizer, model.compute_dtype

    # Some ten operations on every parameter become one pass over them. The rest of a step gains nothing from XLA.
    @tf.function(jit_compile=_worth_fusing(model) or None)  # type: ignore[untyped-decorator]
    def update(gradients: list[tf.Tensor]) -> None:
        optimizer.apply(gradients, variables)

    def train_step(images: tf.Tensor, labels: tf.Tensor) -> Sums:
        pixels = tf.cast(images, dtype) / 255
        with tf.GradientTape() as tape:
            probabilities = model(pixels, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
            loss = tf.reduce_mean(losses)
        update(tape.gradient(loss, variables))
        hits = tf.equal(tf.argmax(probabilities, axis=-1, output_type=tf.int32), labels)
        return tf.reduce_sum(losses), tf.reduce_sum(tf.cast(hits, dtype))

    @tf.function(input_signature=[_IMAGES, _LABELS], autograph=True)  # type: ignore[untyped-decorator]
    def loop(images: tf.Tensor, labels: tf.Tensor) -> Sums:
        loss_sum, correct = tf.zeros((), dtype), tf.zeros((), dtype)
        for index in tf.range(tf.shape(images)[0]):
            loss, hits = train_step(images[index], labels[index])
            loss_sum += loss
            correct += hits
        return loss_sum, correct

    return loop


def compile_augmenting_loop(model: keras.Model) -> Callable[[NDArray, NDArray, Distortions], Sums]:
    """Return a loop that also takes which of the images to distort, and how."""
    loop = compile_loop(model)
    vector = tf.TensorSpec([None], tf.int32)
    distortions = Distortions(vector, vector, tf.TensorSpec([None, PIXELS], tf.int32))

    @tf.function(input_signature=[_IMAGES, _LABELS, distortions], autograph=True)  # type: ignore[untyped-decorator]
    def augmenting_loop(images: tf.Tensor, labels: tf.Tensor, distortions: Distortions) -> Sums:
        flat = tf.reshape(images, [-1, PIXELS])
        distorted = _distort(tf.gather(flat, distortions.which), distortions)
        new_places = tf.shape(flat)[0] + tf.range(tf.shape(distorted)[0])
        places = tf.tensor_scatter_nd_update(tf.range(tf.shape(flat)[0]), distortions.which[:, None], new_places)
        mixed = tf.gather(tf.concat([flat, distorted], 0), places)
        return loop(tf.reshape(mixed, tf.shape(images)), labels)

    return augmenting_loop


@tf.function(autograph=True)  # type: ignore[untyped-decorator]
def _distort(images: tf.Tensor, distortions: Distortions) -> tf.Tensor:
    """Distort images (n, 784) uint8, group by group."""
    groups = tf.shape(distortions.sources)[0]
    results = tf.TensorArray(tf.uint8, groups, infer_shape=False, element_shape=[None, PIXELS])
    for group in tf.range(groups):
        # Pixel by pixel, so that whole rows are moved: one number of every image of the group.
        some = images[distortions.edges[group] : distortions.edges[group + 1]]
        pixels = tf.pad(tf.transpose(some), [[0, 1], [0, 0]])
        results = results.write(group, tf.transpose(tf.gather(pixels, distortions.sources[group])))
    return results.concat()


def _worth_fusing(model: keras.Model) -> bool:
    """Whether the optimizer saves more by XLA than a call of XLA's costs: SGD has nothing to fuse."""
    return model.count_params() >= FUSED_FROM and not isinstance(model.optimizer, keras.optimizers.SGD)
