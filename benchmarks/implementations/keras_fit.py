"""Plain Keras: `model.fit(verbose=0)` as in the classic notebook, with TensorFlow's default number of threads."""

from __future__ import annotations

import os
from collections.abc import Callable

from mnist_core.config import TrainConfig
from mnist_core.data import PIXELS, flatten, load_dataset
from mnist_core.model.architecture import CLASSES

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def prepare(config: TrainConfig) -> Callable[[], object]:
    """Return a function that fits one epoch. The images are converted to floats before, as in the notebook."""
    model, dataset = _model(config), load_dataset()
    images, labels = flatten(dataset.train_images), dataset.train_labels

    def epoch() -> object:
        return model.fit(images, labels, epochs=1, batch_size=config.batch_size, verbose=0)

    model.fit(images[:100], labels[:100], verbose=0)  # compiles for batches of any size
    return epoch


def _model(config: TrainConfig):  # type: ignore[no-untyped-def]  # keras is untyped
    # Not `mnist_core.training.build_model.build_model`, because importing that sets the app's number of threads.
    import keras

    hidden = [keras.layers.Dense(config.hidden_units, activation="relu") for _ in range(config.hidden_layers)]
    model = keras.Sequential([keras.Input((PIXELS,)), *hidden, keras.layers.Dense(CLASSES, activation="softmax")])
    model.compile(config.optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
