"""Training: the Keras model and optimizer, advanced by one compiled loop over many batches.

The result is a pure function of the settings and the dataset. An epoch is divided into *chunks* on a fixed grid, and a
run always advances by whole chunks. So pausing a run, moving it or losing its worker does not change a single bit.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.config import TrainConfig, lower_learning_rate, value_in_words
from mnist_core.data import PIXELS, Dataset
from mnist_core.data.augmentation import DistortedCopies
from mnist_core.data.examples import training_examples, validation_examples
from mnist_core.data.npz_archive import DamagedArchive, read_arrays
from mnist_core.errors import UserError
from mnist_core.evaluation import Score, score
from mnist_core.evaluation.measurement import measure
from mnist_core.evaluation.metrics import Measurement
from mnist_core.model.numpy_network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.text.sentence import sentence
from mnist_core.training.build_model import build_model
from mnist_core.training.early_stopping import EarlyStopping
from mnist_core.training.loop import compile_augmenting_train_loop, compile_train_loop
from mnist_core.training.state import network_of, restore, state_of

CHUNKS_PER_EPOCH = 18
"""A curve has about this many points per epoch. At batch size 128, a chunk has 26 steps."""
LONGEST_CHUNK = 512
"""The most steps in a chunk, so that a pause takes effect quickly even at batch size 1."""
DIVERGED_FACTOR = 10
"""A training has diverged if the mean loss of an epoch exceeds this multiple of log(classes), the loss of guessing."""


class TrainingDiverged(UserError):
    """The loss is no longer finite, or hopelessly high."""


class BadCheckpoint(UserError):
    """The checkpoint cannot be read or belongs to other settings."""


def shape_of(config: TrainConfig) -> TrainConfig:
    """Return the settings without those that compiled steps do not depend on. Equal shapes share a `Trainer`."""
    return replace(
        config,
        seed=0,
        epochs=1,
        learning_rate=1.0,
        schedule=TrainConfig.schedule,
        initialisation=TrainConfig.initialisation,
        training_images=0,
        label_noise=0.0,
        validation_images=0,
        patience=0,
        min_delta=0.0,
    )


class Trainer:
    """Trains one network at a time. It is compiled once for a shape; `start` gives it further runs of that shape."""

    def __init__(self, config: TrainConfig, dataset: Dataset, checkpoint: Checkpoint | None = None) -> None:
        """Build and compile the model, and start the run at its checkpoint or at its initial weights.

        Set `tests` to False to skip the evaluation on the test set after each epoch. `test_probabilities` (n, classes)
        are those of the last evaluation; None before the first.

        Raises `ConfigError` if a batch is larger than the training set, `BadCheckpoint`.
        """
        self.config = config
        self.step = self.steps_per_epoch = 0
        self.tests = True
        self.compiled = False  # by the first chunk, which takes seconds for it
        self.test_probabilities: NDArray[np.float32] | None = None
        self.dataset = dataset
        self.model = build_model(config, len(dataset.class_names))
        self._optimizer = self.model.optimizer
        self._optimizer.build(self.model.trainable_variables)
        compile_for = compile_augmenting_train_loop if config.augment else compile_train_loop
        self._train_steps = compile_for(self.model, config)
        self._reset(config)
        if checkpoint is not None:
            self._load_checkpoint(checkpoint)

    def start(self, config: TrainConfig, checkpoint: Checkpoint | None = None, dataset: Dataset | None = None) -> None:
        """Start another run of the same shape, at its checkpoint or at its initial weights.

        Another dataset must have the same number of classes. Raises `BadCheckpoint` if the checkpoint does not fit.
        """
        if shape_of(config) != shape_of(self.config):
            raise ValueError("this trainer was compiled for another shape of network")
        if dataset is not None and dataset is not self.dataset:
            if len(dataset.class_names) != len(self.dataset.class_names):
                raise ValueError("this trainer was compiled for another number of classes")
            self.dataset = dataset
        self._reset(config)
        if checkpoint is None or not checkpoint.optimizer:
            self._restore_initial_state(config)
        if checkpoint is not None:
            self._load_checkpoint(checkpoint)

    @property
    def steps(self) -> int:
        """The number of batches in the whole run."""
        return self.steps_per_epoch * self.config.epochs

    @property
    def done(self) -> bool:
        """Whether the last step has been taken, or the run has stopped early."""
        return self.step >= self.steps or self._stopped_early

    @property
    def _stopped_early(self) -> bool:
        return self._stopping is not None and self._stopping.stopped

    def extend(self, epochs: int) -> None:
        """Change the number of epochs of the current run."""
        self.config = replace(self.config, epochs=epochs)

    def train_epoch(self) -> Iterator[ProgressPoint]:
        """Train to the end of the epoch; yield the progress after each chunk. Raises `TrainingDiverged`."""
        epoch = self.step // self.steps_per_epoch
        while self.step // self.steps_per_epoch == epoch:
            yield self.train_chunk()

    def train_chunk(self) -> ProgressPoint:
        """Train one chunk and return the progress after it. Raises `TrainingDiverged`."""
        epoch, first = divmod(self.step, self.steps_per_epoch)
        last = _chunk_end(first, self.config.batch_size, self.config.examples_per_epoch(len(self._images)))
        batches = self._batches(epoch, first, last)
        loss_sum, correct = self._train_steps(*batches)
        if first == 0:
            self._sums = np.zeros(3)
        self._sums += (float(loss_sum), float(correct), batches[1].size)
        self.step += last - first
        self.compiled = True
        return self._point(epoch + 1, ended=last == self.steps_per_epoch)

    def _batches(self, epoch: int, first: int, last: int) -> tuple[Any, ...]:
        """Return the arguments of the compiled loop for steps `first` to `last` (exclusive) of an epoch (from 0)."""
        order, copies = self._epoch_order(epoch)
        start, end = first * self.config.batch_size, min(last * self.config.batch_size, len(order))
        which = order[start:end] % len(self._images)
        shape = (last - first, len(which) // (last - first))
        rates = self._rates(epoch * self.steps_per_epoch + first, last - first)
        batches = self._images[which].reshape(*shape, PIXELS), self._labels[which].reshape(shape), rates
        return batches if copies is None else (*batches, copies.between(start, end))

    def _rates(self, first: int, count: int) -> NDArray[np.float64]:
        """Return the learning rates of `count` steps of the run, from step `first` (from 0) on."""
        return np.array([self.config.learning_rate_at(step, self.steps) for step in range(first, first + count)])

    def network(self) -> Network:
        """Return a copy of the network: the current one or, at the end of a run with early stopping, the best one."""
        best = self._stopping.best if self._stopping and self.done else None
        return best or self.current_network()

    def current_network(self) -> Network:
        """Return a copy of the network as it is after the last step."""
        return network_of(self.model, self.config)

    def evaluate(self) -> Score:
        """Return the score of the current network on the test set, and keep its `test_probabilities`."""
        self.test_probabilities = self.current_network().predict(self.dataset.test_images)
        return score(self.test_probabilities, self.dataset.test_labels)

    def evaluate_validation(self) -> Score:
        """Return the score of the current network on the validation images."""
        held_out = validation_examples(self.config, self.dataset)
        return score(self.current_network().predict(held_out.images), held_out.labels)

    def measure(self) -> Measurement:
        """Measure the network on the images that it learns from, and on test and validation images if needed.

        The images are not distorted. Other images are not read again if an epoch has just ended with this network.
        """
        earlier = (
            self._stopping is not None and self.done and self._stopping.best_epoch * self.steps_per_epoch < self.step
        )
        tests = self.tests and (earlier or self.step % self.steps_per_epoch > 0)
        return measure(self.network(), self.config, self.dataset, tests, validates=earlier)

    def checkpoint(self) -> Checkpoint:
        """Return all state that is needed to continue from here in any process."""
        state = state_of(self.model) | {"step": np.array(self.step), "sums": self._sums}
        kept = None
        if self._stopping:
            state |= self._stopping.state(self.done, self.current_network)
            kept = self._stopping.best_epoch if self.done else None
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **state)
        return Checkpoint(self.step, self.network().to_bytes(), buffer.getvalue(), kept, self._stopped_early)

    def _reset(self, config: TrainConfig) -> None:
        self.config = config
        learned = training_examples(config, self.dataset)
        self._images, self._labels = learned.images.reshape(-1, PIXELS), learned.labels.astype(np.int32)
        self.steps_per_epoch = config.steps_per_epoch(len(self.dataset.train_images))
        self.step = 0
        self._sums = np.zeros(3)
        self.test_probabilities = None
        self._stopping = EarlyStopping(config) if config.patience else None
        self._shuffled: tuple[int, NDArray[np.intp], DistortedCopies | None] | None = None

    def _restore_initial_state(self, config: TrainConfig) -> None:
        """Assign the initial values of a newly built model to our variables. The compiled loop is kept."""
        fresh = build_model(config, len(self.dataset.class_names))
        fresh.optimizer.build(fresh.trainable_variables)
        ours = self.model.variables + self._optimizer.variables
        theirs = fresh.variables + fresh.optimizer.variables
        for variable, initial in zip(ours, theirs, strict=True):
            variable.assign(initial)

    def _load_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Assign a checkpoint to our variables; without a state of the optimizer, only to the weights."""
        network = Network.from_bytes(checkpoint.network)
        try:
            state = read_arrays(checkpoint.optimizer) if checkpoint.optimizer else None
            if state is not None:
                self.step, self._sums = int(state["step"]), state["sums"]
                network = self._stopping.restore(state, network) if self._stopping else network
            restore(self.model, network, state)
        except (DamagedArchive, OSError, ValueError, KeyError) as error:
            raise BadCheckpoint(
                "The checkpoint does not fit the run's settings or is damaged: {error}.", error=error
            ) from error

    def _epoch_order(self, epoch: int) -> tuple[NDArray[np.intp], DistortedCopies | None]:
        """Return the order of the examples in an epoch (from 0). It is a pure function of seed and epoch.

        Indices from the number of images on are those of distorted copies.
        """
        if self._shuffled is None or self._shuffled[0] != epoch:
            images, seed = len(self._images), self.config.seed
            order = np.random.default_rng([seed, epoch]).permutation(self.config.examples_per_epoch(images))
            copies = DistortedCopies(order, images, seed, epoch) if self.config.augment else None
            self._shuffled = (epoch, order, copies)
        return self._shuffled[1:]

    def _point(self, epoch: int, ended: bool) -> ProgressPoint:
        loss, accuracy = self._sums[:2] / self._sums[2]
        if not math.isfinite(loss) or (ended and loss > DIVERGED_FACTOR * math.log(len(self.dataset.class_names))):
            far, none = sentence("is far above that of guessing"), sentence("is not a number")
            raise TrainingDiverged(
                "The training diverged in epoch {epoch}: the loss {what}. Try a learning rate smaller than "
                "{learning_rate}, for example {lower}.",
                epoch=epoch,
                what=far if math.isfinite(loss) else none,
                learning_rate=value_in_words(self.config.learning_rate),
                lower=value_in_words(lower_learning_rate(self.config)),
            )
        point = ProgressPoint(self.step, epoch, float(loss), float(accuracy))
        point = point._replace(learning_rate=self.config.learning_rate_at(self.step - 1, self.steps))
        return self._evaluated(point) if ended else point

    def _evaluated(self, point: ProgressPoint) -> ProgressPoint:
        """Add what is measured at the end of an epoch to its last point, and tell early stopping of it."""
        nothing = (None, None)
        test_loss, test_accuracy = self.evaluate() if self.tests else nothing
        loss, accuracy = self.evaluate_validation() if self.config.validation_images else nothing
        if self._stopping and accuracy is not None:
            self._stopping.after_epoch(point.epoch, accuracy, self.current_network())
        return point._replace(
            test_loss=test_loss, test_accuracy=test_accuracy, validation_loss=loss, validation_accuracy=accuracy
        )


def _chunk_end(first: int, batch_size: int, examples: int) -> int:
    """Return the end (exclusive) of the chunk that starts at `first`. A smaller last batch is a chunk of its own."""
    full = examples // batch_size
    if first >= full:
        return first + 1
    length = min(LONGEST_CHUNK, max(1, full // CHUNKS_PER_EPOCH))
    return min(full, first + length)
