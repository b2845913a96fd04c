"""Which images of a dataset a run learns from, and which it is validated with."""

import numpy as np
import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.data import load_dataset
from mnist_core.data.examples import training_examples, validation_examples
from mnist_core.data.stratified_sample import stratified_sample
from tests.support.idx_server import small_dataset

MNIST = load_dataset()


def test_all_images_are_learned_from_in_their_order_unless_the_settings_say_otherwise():
    for config in (TrainConfig(), TrainConfig(training_images=60_000, seed=3)):
        examples = training_examples(config, MNIST)
        assert (examples.indices == np.arange(60_000)).all()
        assert (examples.images == MNIST.train_images).all()


@pytest.mark.parametrize("seed", [0, 7])
def test_each_class_of_mnist_has_its_share_of_a_sample(seed):
    examples = training_examples(TrainConfig(training_images=500, seed=seed), MNIST)
    assert len(examples.images) == len(examples.labels) == 500
    assert len(set(examples.indices)) == 500
    assert (MNIST.train_labels[examples.indices] == examples.labels).all()
    assert (MNIST.train_images[examples.indices] == examples.images).all()
    shares = np.bincount(MNIST.train_labels) / 120  # between 45.2 fives and 56.2 ones
    assert (np.abs(np.bincount(examples.labels) - shares) < 1).all()


def test_of_a_rare_class_there_is_one_in_its_turn():
    labels = np.array([0] * 97 + [1] * 3)
    samples = (stratified_sample(labels, count, 0, 2) for count in (10, 30, 60, 100))
    counts = [np.bincount(labels[sample], minlength=2).tolist() for sample in samples]
    assert counts == [[10, 0], [29, 1], [58, 2], [97, 3]]


def test_the_sample_follows_from_the_seed_and_a_smaller_one_is_part_of_it():
    small, large, other = (
        set(training_examples(TrainConfig(training_images=count, seed=seed), MNIST).indices)
        for count, seed in ((200, 1), (2000, 1), (200, 2))
    )
    assert small < large
    assert len(small & other) < 20


def test_a_sample_keeps_the_order_of_the_images():
    assert (np.diff(training_examples(TrainConfig(training_images=2000), MNIST).indices) > 0).all()


def test_what_is_held_out_is_never_learned_from_and_the_same_for_every_seed():
    for seed in (1, 2):
        config = TrainConfig(training_images=49_000, validation_images=10_000, seed=seed)
        assert training_examples(config, MNIST).indices.max() < 50_000
        held_out = validation_examples(config, MNIST)
        assert (held_out.indices == np.arange(50_000, 60_000)).all()
        assert (held_out.labels == MNIST.train_labels[50_000:]).all()
        assert (held_out.images == MNIST.train_images[50_000:]).all()
    assert len(validation_examples(TrainConfig(), MNIST).images) == 0


def test_more_images_than_there_are_is_refused():
    words = (
        "Training images must be at most 50,000, which is what the dataset has beside the validation images, "
        "not 60,000."
    )
    with pytest.raises(ConfigError) as error:
        training_examples(TrainConfig(training_images=60_000, validation_images=10_000), MNIST)
    assert str(error.value) == words
    with pytest.raises(ConfigError, match=r"at most 5,000, which is what the dataset has, not 6,000"):
        TrainConfig(training_images=6000).steps_per_epoch(5000)


def test_without_label_noise_the_labels_are_those_of_the_dataset():
    assert len(training_examples(TrainConfig(training_images=500), MNIST).wrong) == 0


def test_label_noise_makes_its_share_of_each_class_wrong():
    examples = training_examples(TrainConfig(label_noise=0.3, training_images=2000), MNIST)
    assert (examples.true_labels == MNIST.train_labels[examples.indices]).all()
    assert len(examples.wrong) == 600
    assert (examples.labels[examples.wrong] != examples.true_labels[examples.wrong]).all()
    shares = 0.3 * np.bincount(examples.true_labels)
    assert (np.abs(np.bincount(examples.true_labels[examples.wrong]) - shares) < 1).all()


def test_a_wrong_label_is_any_other_class_with_the_same_probability():
    examples = training_examples(TrainConfig(label_noise=0.5), MNIST)
    sevens = examples.labels[(examples.true_labels == 7) & (examples.labels != 7)]
    expected = len(sevens) / 9  # 348
    assert np.delete(np.bincount(sevens, minlength=10), 7) == pytest.approx([expected] * 9, abs=4 * expected**0.5)


def test_wrong_labels_follow_from_the_seed_and_stay_the_same_with_more_noise():
    some, more, other = (
        training_examples(TrainConfig(label_noise=noise, seed=seed), MNIST)
        for noise, seed in ((0.1, 1), (0.4, 1), (0.1, 2))
    )
    assert set(some.wrong) < set(more.wrong)
    assert (some.labels[some.wrong] == more.labels[some.wrong]).all()
    both = sorted(set(some.wrong) & set(other.wrong))
    assert len(both) < 1000, "of 6,000, as many as chance lets coincide"
    assert (some.labels[both] == other.labels[both]).mean() < 0.2, "one of nine"


def test_images_with_a_wrong_label_come_at_any_time_in_an_epoch():
    """The first epoch of a run has this order, see `Trainer`."""
    examples = training_examples(TrainConfig(label_noise=0.3, seed=5), MNIST)
    order = np.random.default_rng([5, 0]).permutation(len(examples.labels))
    tenths = np.isin(order, examples.wrong).reshape(10, -1).mean(axis=1)
    assert tenths == pytest.approx([0.3] * 10, abs=0.03)


def test_a_share_of_wrong_labels_is_rounded_to_the_nearest_number():
    """In floating point, 0.29 · 100 is a little less than 29."""
    assert len(training_examples(TrainConfig(label_noise=0.29, training_images=100), MNIST).wrong) == 29


def test_labels_of_images_that_are_held_out_stay_right():
    held_out = validation_examples(TrainConfig(label_noise=0.5, validation_images=1000), MNIST)
    assert (held_out.labels == MNIST.train_labels[-1000:]).all()


def test_of_two_classes_a_wrong_label_is_the_other_one():
    two = small_dataset(classes=2)
    examples = training_examples(TrainConfig(label_noise=0.4), two)
    assert len(examples.wrong) == round(0.4 * len(two.train_labels))
    assert (examples.labels[examples.wrong] == 1 - two.train_labels[examples.wrong]).all()
