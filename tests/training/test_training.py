"""Training from the first step to the last: progress, bits that depend on the settings alone, and what is refused."""

import gc
import weakref
from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.data import Dataset, load_dataset
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.training import BadCheckpoint, Progress, Trainer, TrainingDiverged, train
from mnist_core.training.early_stopping import EarlyStopping
from tests.support.worker_processes import fingerprint

pytestmark = pytest.mark.slow

SMALL = TrainConfig(hidden_units=16, epochs=2, batch_size=64)
STOPPING = replace(SMALL, validation_images=200, patience=2, optimizer="sgd", learning_rate=0.5, epochs=12)
"""With the first 1,000 images, it stops before its last epoch, and an earlier one is the best."""


def few_images(count: int = 1000) -> Dataset:
    """MNIST with the first `count` training images, so that the last batch is a smaller one, and 1,000 test images."""
    mnist = load_dataset()
    return replace(
        mnist,
        train_images=mnist.train_images[:count],
        train_labels=mnist.train_labels[:count],
        test_images=mnist.test_images[:1000],
        test_labels=mnist.test_labels[:1000],
    )


def rest_of(trainer: Trainer) -> list[ProgressPoint]:
    """Train to the end; return the points on the way."""
    points = []
    while not trainer.done:
        points.append(trainer.train_chunk())
    return points


@pytest.fixture(scope="module")
def plain() -> list[Progress]:
    """A whole training of `SMALL`."""
    return list(train(SMALL, few_images()))


def test_progress_covers_every_epoch_and_tests_at_its_end(plain):
    steps = [item.step for item in plain]
    assert steps == sorted(set(steps))
    assert steps[-1] == plain[-1].steps == 2 * 16
    assert [item.step for item in plain if item.test_accuracy is not None] == [16, 32]
    assert plain[-1].loss < plain[0].loss
    assert [item for item in plain if item.network is not None] == plain[-1:]


def test_callback_is_called_with_the_same_progress(plain):
    seen: list[int] = []
    assert train(SMALL, few_images(), on_progress=lambda progress: seen.append(progress.step)) is None
    assert seen == [progress.step for progress in plain]


@pytest.mark.parametrize(
    ("batch_size", "images", "steps"),
    [
        (128, 60_000, [*range(26, 469, 26), 469]),  # the last batch has 96 images
        (64, 20_000, [*range(17, 307, 17), 312, 313]),
        (512, 1_024, [1, 2]),
        (1, 10_000, [*range(512, 10_000, 512), 10_000]),  # an eighteenth would be 555 steps
    ],
)
def test_a_curve_has_some_eighteen_points_an_epoch_and_one_for_a_smaller_last_batch(batch_size, images, steps):
    """Not more than 512 steps apart: a pause is obeyed at a point."""
    trainer = Trainer(TrainConfig(hidden_units=1, epochs=1, batch_size=batch_size), few_images(images))
    assert [point.step for point in rest_of(trainer)] == steps


def test_same_settings_give_the_same_bits_and_another_seed_does_not(plain):
    """Whatever the same trainer has had in hand before."""
    trainer = Trainer(replace(SMALL, seed=1, epochs=1), few_images())
    rest_of(trainer)
    other = fingerprint(trainer.network())
    trainer.start(SMALL)
    rest_of(trainer)
    assert fingerprint(trainer.network()) == fingerprint(plain[-1].network) != other


@pytest.mark.parametrize(
    "config",
    [
        replace(SMALL, validation_images=200),
        replace(STOPPING, min_delta=0.01, batch_normalisation=True),
        replace(SMALL, validation_images=200, training_images=500, label_noise=0.2, batch_size=50, schedule="step"),
        replace(SMALL, optimizer="adam", dropout=0.3, hidden_layers=2, schedule="cosine", initialisation="he"),
        replace(SMALL, optimizer="sgd", momentum=0.9, l2=0.001, batch_size=16, schedule="exponential"),
        TrainConfig(
            optimizer="adamw",
            weight_decay=0.02,
            initialisation="too-large",
            activation="tanh",
            hidden_units=(8, 16, 4, 12, 8),
            epochs=2,
            batch_size=100,
        ),
        TrainConfig(hidden_layers=0, epochs=2, batch_size=100, optimizer="nadam", initialisation="zeros"),
        replace(SMALL, batch_size=1000, initialisation="too-small", architecture="convolutional"),
        replace(SMALL, batch_normalisation=True, hidden_layers=2),
        replace(SMALL, augment=True, batch_size=100, schedule="warm-up"),
    ],
    ids=lambda config: config.describe(),
)
def test_interrupted_at_every_chunk_and_moved_between_trainers_it_goes_on_as_if_left_alone(config):
    """The same weights, and the same curves, to the last bit."""
    here, there = Trainer(config, few_images()), Trainer(replace(config, seed=7), few_images())
    alone, weights = rest_of(here), fingerprint(here.network())
    checkpoint: Checkpoint | None = None
    for expected, trainer in zip(alone, cycle((there, here)), strict=False):
        trainer.start(config, checkpoint)
        assert not trainer.done
        assert trainer.train_chunk() == expected
        checkpoint = trainer.checkpoint()
    assert trainer.done
    assert fingerprint(trainer.network()) == weights


def test_from_the_weights_of_another_run_a_trainer_that_has_trained_others_gives_the_same_bits(plain):
    start, config = Checkpoint(0, plain[-1].network.to_bytes(), b""), replace(SMALL, learning_rate=0.0003, seed=1)
    alone = Trainer(config, few_images(), start)
    points = rest_of(alone)
    used = Trainer(SMALL, few_images())
    used.train_chunk()
    used.start(config, start)
    assert rest_of(used) == points
    assert fingerprint(used.network()) == fingerprint(alone.network())
    moved = Trainer(SMALL, few_images(), start)
    moved.start(config, start)
    moved.train_chunk()
    used.start(config, moved.checkpoint())
    assert rest_of(used) == points[1:]
    assert fingerprint(used.network()) == fingerprint(alone.network())


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("constant", [1, 1, 1, 1]),
        ("step", [1, 1, 0.1, 0.01]),
        ("exponential", [0.01**0.1875, 0.01**0.4375, 0.01**0.6875, 0.01**0.9375]),
        ("cosine", [0.9157, 0.5975, 0.2222, 0.0096]),  # 0.5 + 0.5 cos(0.1875 pi), ...
        ("warm-up", [0.9568, 0.6545, 0.2500, 0.0109]),  # after the first of 16 steps, over the other 15
    ],
)
def test_a_schedule_takes_all_steps_that_are_planned(schedule, rates):
    """The rate of the last step of each of four epochs with four steps."""
    config = TrainConfig(hidden_units=1, epochs=4, batch_size=64, schedule=schedule)
    points = rest_of(Trainer(config, few_images(256)))
    found = [point.learning_rate for point in points if point.test_accuracy is not None]
    assert found == pytest.approx([0.001 * rate for rate in rates], abs=1e-7)


def test_early_stopping_keeps_the_network_of_the_best_epoch_and_measures_that_one():
    trainer = Trainer(STOPPING, few_images())
    points = [point for point in rest_of(trainer) if point.validation_accuracy is not None]
    accuracies = [point.validation_accuracy or 0.0 for point in points]
    best = accuracies.index(max(accuracies)) + 1
    assert best == len(points) - 2, "then there were two without a gain"
    checkpoint = trainer.checkpoint()
    assert (checkpoint.kept_epoch, checkpoint.stopped_early) == (best, True)
    assert checkpoint.network == trainer.network().to_bytes()
    measured = trainer.measure()
    assert measured.validation is not None
    assert measured.test is not None
    assert measured.validation.accuracy == max(accuracies)
    assert measured.test.accuracy == points[best - 1].test_accuracy
    trainer.start(replace(STOPPING, patience=0, epochs=best))
    rest_of(trainer)
    assert fingerprint(trainer.network()) == fingerprint(Network.from_bytes(checkpoint.network))


def test_until_it_stops_a_run_shows_its_current_network_and_the_next_one_begins_anew():
    """The last epoch but one has brought no gain, so another network is the best by then."""
    trainer = Trainer(STOPPING, few_images())
    while not trainer.done:
        assert fingerprint(trainer.network()) == fingerprint(trainer.current_network())
        list(trainer.train_epoch())
    assert fingerprint(trainer.network()) != fingerprint(trainer.current_network())
    trainer.start(STOPPING)
    assert not trainer.done


@pytest.mark.parametrize("patience", [1, 5], ids=["stopped early", "came to its end"])
def test_a_run_that_goes_on_after_its_end_still_has_its_best_network(patience):
    config = TrainConfig(validation_images=100, patience=patience)
    best, last, newest = (Network.from_weights([np.full((784, 10), value), np.zeros(10)], "relu") for value in range(3))
    before, after = EarlyStopping(config), EarlyStopping(replace(config, patience=9))
    before.after_epoch(1, 0.9, best)
    before.after_epoch(2, 0.8, last)
    goes_on_from = after.restore(before.state(True, lambda: last), best)
    assert fingerprint(goes_on_from) == fingerprint(best if before.stopped else last)
    after.after_epoch(3, 0.85, newest)
    assert after.best is not None
    assert (after.best_epoch, fingerprint(after.best)) == (1, fingerprint(best))


@pytest.mark.parametrize("config", [SMALL, replace(STOPPING, epochs=5)], ids=["plain", "the best is not the last"])
def test_one_more_epoch_equals_a_longer_run(config):
    trainer = Trainer(config, few_images())
    points = rest_of(trainer)
    trainer.start(config, trainer.checkpoint())
    trainer.extend(config.epochs + 1)
    points += rest_of(trainer)
    extended = fingerprint(trainer.network())
    trainer.start(replace(config, epochs=config.epochs + 1))
    assert rest_of(trainer) == points
    assert fingerprint(trainer.network()) == extended


def test_held_out_images_are_read_after_each_epoch_and_never_learned_from():
    """By one trainer, which also trains without them, and other images."""
    dataset, config = few_images(), replace(SMALL, validation_images=300)
    trainer = Trainer(SMALL, few_images(700))
    alone, weights = rest_of(trainer), fingerprint(trainer.network())
    assert {point.validation_accuracy for point in alone} == {None}
    for _ in range(2):
        trainer.start(config, dataset=dataset)
        points = rest_of(trainer)
        assert fingerprint(trainer.network()) == weights, "as if there were only 700 images"
        assert [point.step for point in points if point.validation_loss is not None] == [11, 22]
        read = trainer.network().predict(dataset.train_images[700:]).argmax(axis=1)
        assert points[-1].validation_accuracy == pytest.approx((read == dataset.train_labels[700:]).mean())
        trainer.start(SMALL)
        rest_of(trainer)
        assert fingerprint(trainer.network()) != weights, "with all 1,000"


def test_runs_with_augmentation_and_any_batch_size_follow_each_other_in_one_process():
    """Batches of 128 and more are worked on by several threads, smaller ones by one."""
    trainers = [Trainer(replace(SMALL, augment=True, batch_size=size), few_images(300)) for size in (128, 32)]
    for trainer in [*trainers, trainers[0]]:
        trainer.start(trainer.config)
        assert trainer.train_chunk().loss > 0


def test_a_trainer_that_nobody_needs_gives_its_network_and_compiled_steps_back():
    trainer = Trainer(SMALL, few_images())
    trainer.train_chunk()
    model = weakref.ref(trainer.model)
    del trainer
    gc.collect()
    assert model() is None


# -- divergence -----------------------------------------------------------------------------------


def test_divergence_is_said_with_a_smaller_rate():
    config = replace(SMALL, optimizer="sgd", learning_rate=10.0, activation="elu", hidden_layers=3)
    with pytest.raises(TrainingDiverged, match=r"Try a learning rate smaller than 10, for example 0\.01\."):
        list(train(config, few_images()))


def trainer_at(loss: float, classes: int) -> Trainer:
    """A trainer of a network that learns next to nothing: after each of its four chunks, it is that bad."""
    dataset = few_images(256)
    train_labels, test_labels = 0 * dataset.train_labels, 0 * dataset.test_labels
    names = dataset.class_names[:classes]
    dataset = replace(dataset, train_labels=train_labels, test_labels=test_labels, class_names=names)
    config = TrainConfig(hidden_units=1, epochs=1, batch_size=64, optimizer="sgd", learning_rate=1e-6)
    trainer = Trainer(config, dataset)
    bias = np.zeros(classes, np.float32)
    bias[0] = np.log(classes - 1) - loss
    weights = [np.zeros((784, 1)), np.zeros(1), np.zeros((1, classes)), bias]
    network = Network.from_weights([np.asarray(array, np.float32) for array in weights], config.activation)
    trainer.start(config, trainer.checkpoint()._replace(network=network.to_bytes()))
    return trainer


@pytest.mark.parametrize(("classes", "bearable", "hopeless"), [(10, 22.9, 23.2), (2, 6.8, 7.1)])
def test_an_epoch_with_ten_times_the_loss_of_guessing_is_hopeless(classes, bearable, hopeless):
    """Guessing costs 2.303 with ten classes, and 0.693 with two."""
    assert rest_of(trainer_at(bearable, classes))[-1].loss == pytest.approx(bearable, abs=0.01)
    trainer = trainer_at(hopeless, classes)
    for _ in range(3):
        assert trainer.train_chunk().loss == pytest.approx(hopeless, abs=0.01), "it may come right within the epoch"
    with pytest.raises(TrainingDiverged, match="the loss is far above that of guessing"):
        trainer.train_chunk()


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), 1e38])
def test_a_loss_that_is_no_number_ends_the_training_at_once(loss):
    with pytest.raises(TrainingDiverged, match="in epoch 1: the loss is not a number"):
        trainer_at(loss, 10).train_chunk()


# -- what is refused ------------------------------------------------------------------------------


def test_batch_larger_than_the_training_set_is_refused():
    with pytest.raises(ConfigError, match="at most 1,000"):
        list(train(replace(SMALL, batch_size=1001), few_images()))


def test_foreign_checkpoints_are_refused():
    dataset = few_images()
    trainer = Trainer(SMALL, dataset)
    trainer.train_chunk()
    checkpoint = trainer.checkpoint()
    other = Trainer(replace(SMALL, optimizer="adam"), dataset)
    with pytest.raises(BadCheckpoint):
        other.start(other.config, checkpoint)
    with pytest.raises(BadCheckpoint):
        trainer.start(SMALL, checkpoint._replace(optimizer=checkpoint.optimizer[:100]))
    with pytest.raises(ValueError, match="another shape"):
        trainer.start(replace(SMALL, hidden_units=33))


def test_images_and_labels_are_left_alone():
    dataset = few_images()
    before = dataset.train_images.copy()
    list(train(SMALL, dataset))
    np.testing.assert_array_equal(dataset.train_images, before)
