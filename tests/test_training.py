import hashlib
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.data import Dataset, load_dataset
from mnist_core.network import Network
from mnist_core.training import BadCheckpoint, Trainer, TrainingDiverged, train

SMALL = TrainConfig(hidden_units=32, epochs=2, batch_size=64)


def few_images(count: int = 3000) -> Dataset:
    """MNIST with the first `count` training images: quick, and with a smaller last batch."""
    mnist = load_dataset()
    return replace(mnist, train_images=mnist.train_images[:count], train_labels=mnist.train_labels[:count])


def fingerprint(network: Network | None) -> str:
    assert network is not None
    return hashlib.sha256(b"".join(array.tobytes() for array in network.weights)).hexdigest()


def trained(config: TrainConfig, dataset: Dataset) -> str:
    *_, last = train(config, dataset)
    return fingerprint(last.network)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_default_settings_reach_the_classic_accuracy(seed):
    *_, last = train(TrainConfig(seed=seed), load_dataset())
    assert last.test_accuracy is not None
    assert last.test_accuracy >= 0.972
    assert (last.epoch, last.step, last.steps) == (5, 5 * 469, 5 * 469)


def test_progress_covers_every_epoch_and_tests_at_its_end():
    progress = list(train(SMALL, few_images()))
    steps = [item.step for item in progress]
    assert steps == sorted(set(steps))
    assert steps[-1] == progress[-1].steps == 2 * 47
    assert [item.step for item in progress if item.test_accuracy is not None] == [47, 94]
    assert progress[-1].loss < progress[0].loss
    assert progress[-1].network is not None


def test_callback_is_called_with_the_same_progress():
    seen: list[int] = []
    assert train(SMALL, few_images(), on_progress=lambda progress: seen.append(progress.step)) is None
    assert seen == [progress.step for progress in train(SMALL, few_images())]


def test_runs_with_augmentation_and_any_batch_size_follow_each_other_in_one_process():
    dataset = few_images(300)
    for batch_size in (128, 32, 128, 300):
        trainer = Trainer(replace(SMALL, augment=True, batch_size=batch_size), dataset)
        assert trainer.advance().loss > 0


def test_same_settings_give_the_same_bits_and_another_seed_does_not():
    dataset = few_images()
    assert trained(SMALL, dataset) == trained(SMALL, dataset)
    assert trained(SMALL, dataset) != trained(replace(SMALL, seed=1), dataset)


@pytest.mark.parametrize(
    "config",
    [
        SMALL,
        replace(SMALL, optimizer="adam", dropout=0.3, hidden_layers=2),
        replace(SMALL, optimizer="sgd", batch_size=16),
        replace(SMALL, batch_size=3000),
        replace(SMALL, augment=True, batch_size=100),
    ],
    ids=["plain", "dropout", "small batches", "one batch", "augmented"],
)
def test_interrupted_at_every_piece_and_moved_between_trainers_ends_with_the_same_bits(config):
    dataset = few_images()
    trainers = [Trainer(config, dataset), Trainer(replace(config, seed=7), dataset)]
    checkpoint, turns = None, 0
    while True:
        trainer = trainers[turns % 2]
        trainer.start(config, checkpoint)
        if trainer.done:
            break
        trainer.advance()
        checkpoint, turns = trainer.checkpoint(), turns + 1
    assert turns > config.epochs - 1
    assert fingerprint(trainer.network()) == trained(config, dataset)


def test_one_more_epoch_equals_a_longer_run():
    dataset = few_images()
    trainer = Trainer(SMALL, dataset)
    while not trainer.done:
        trainer.advance()
    trainer.extend(3)
    while not trainer.done:
        trainer.advance()
    assert fingerprint(trainer.network()) == trained(replace(SMALL, epochs=3), dataset)


def test_held_out_images_are_read_after_each_epoch_and_never_learned_from():
    dataset = few_images()
    config = replace(SMALL, validation_images=1000)
    *_, alone = train(SMALL, replace(few_images(2000)))
    *_, last = train(config, dataset)
    assert fingerprint(last.network) == fingerprint(alone.network), "as if there were only 2,000 images"
    assert last.network is not None
    read = last.network.predict(dataset.train_images[2000:]).argmax(axis=1)
    assert last.validation_accuracy == pytest.approx((read == dataset.train_labels[2000:]).mean())
    assert (alone.validation_accuracy, alone.validation_loss) == (None, None)


def test_one_trainer_serves_runs_with_and_without_held_out_images():
    dataset = few_images()
    held_out = replace(SMALL, validation_images=500, augment=False)
    trainer = Trainer(SMALL, dataset)
    for config in (held_out, SMALL, held_out):
        trainer.start(config)
        while not trainer.done:
            trainer.advance()
        assert fingerprint(trainer.network()) == trained(config, dataset)


def test_running_means_are_those_of_the_epoch():
    """The reported loss and accuracy after an epoch at a rate of almost zero are those of the initial network."""
    dataset = few_images()
    config = TrainConfig(hidden_units=16, epochs=1, learning_rate=1e-6, optimizer="sgd")
    initial = Trainer(config, dataset).network()
    *_, last = train(config, dataset)
    right = (initial.predict(dataset.train_images).argmax(axis=1) == dataset.train_labels).mean()
    assert last.accuracy == pytest.approx(right, abs=0.002)


def test_divergence_is_said_with_a_smaller_rate():
    config = replace(SMALL, optimizer="sgd", learning_rate=10.0, activation="elu", hidden_layers=3)
    with pytest.raises(TrainingDiverged, match="learning rate smaller than 10"):
        list(train(config, few_images()))


def test_batch_larger_than_the_training_set_is_refused():
    with pytest.raises(ConfigError, match="at most 3,000"):
        list(train(replace(SMALL, batch_size=3001), few_images()))


def test_foreign_checkpoints_are_refused():
    dataset = few_images()
    trainer = Trainer(SMALL, dataset)
    trainer.advance()
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


def test_hopelessly_high_loss_counts_as_divergence():
    config = replace(SMALL, optimizer="adam", learning_rate=10.0, activation="elu", hidden_layers=2)
    with pytest.raises(TrainingDiverged, match=r"for example 0\.001"):
        list(train(config, few_images()))
