"""How long trainings take and how much memory they need, worked out by hand, and how that is said."""

import os

import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.estimate import (
    about,
    duration_in_words,
    memory_bytes,
    require_memory,
    seconds_per_epoch,
    seconds_per_step,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.99, "under a second"),
        (1.2, "1 second"),
        (44.6, "45 seconds"),
        (89.4, "89 seconds"),
        (90, "2 minutes"),
        (89.6 * 60, "90 minutes"),
        (90 * 60, "1.5 hours"),
        (9000, "2.5 hours"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert duration_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.99, "less than a second"), (1, "about 1 second"), (8, "about 8 seconds")]
)
def test_estimates_do_not_claim_to_be_exact(seconds, words):
    assert about(seconds) == words


DEEP = TrainConfig(hidden_units=100, batch_size=50, hidden_layers=2, optimizer="adam", dropout=0.5)
NORMALISED = TrainConfig(hidden_units=100, batch_size=50, hidden_layers=2, batch_normalisation=True)
UNEQUAL = TrainConfig(hidden_units=(100, 40), batch_size=50, optimizer="sgd", dropout=0.5)
SOFTMAX_REGRESSION = TrainConfig(hidden_layers=0, batch_size=50, optimizer="sgd")
LETTERS = TrainConfig(hidden_units=64, batch_size=32, optimizer="sgd")
"""For 26 classes."""


@pytest.mark.parametrize(
    ("config", "classes", "parts"),
    [
        # The same for each step, layer and example, operations, parameters to update, outputs to drop.
        (
            TrainConfig(),
            10,
            (90e-6 + 50e-6 + 128 * 1.6e-6, 128 * (4 * 784 * 256 + 6 * 256 * 10) / 123e9, 0.72e-9 * 203_530, 0),
        ),
        (
            DEEP,
            10,
            (
                90e-6 + 2 * 50e-6 + 50 * 1.6e-6,
                50 * (4 * 784 * 100 + 6 * 100 * 110) / 123e9,
                1.0e-9 * 89_610,
                8e-9 * 50 * 200,
            ),
        ),
        (
            TrainConfig(architecture="convolutional"),
            10,
            (
                90e-6 + 50e-6 + 128 * 1.6e-6 + 0.8e-3 + 128 * 6e-9 * (26 * 26 * 8 + 11 * 11 * 16),
                128 * (6 * 400 * 256 + 6 * 256 * 10) / 123e9,
                0.72e-9 * 106_474,
                0,
            ),
        ),
        (
            NORMALISED,
            10,
            # Weights of 784, 100 and 100 inputs, two numbers of each unit's normalisation, ten biases.
            (
                90e-6 + 2 * 50e-6 + 50 * 1.6e-6,
                50 * (4 * 784 * 100 + 6 * 100 * 110) / 123e9,
                0.72e-9 * 89_810,
                2 * 30e-6 + 2e-9 * 50 * 200,
            ),
        ),
        (
            UNEQUAL,
            10,
            (
                90e-6 + 2 * 50e-6 + 50 * 1.6e-6,
                50 * (4 * 784 * 100 + 6 * (100 * 40 + 40 * 10)) / 123e9,
                0.1e-9 * 82_950,
                8e-9 * 50 * 140,
            ),
        ),
        (SOFTMAX_REGRESSION, 10, (90e-6 + 50 * 1.6e-6, 50 * 4 * 784 * 10 / 123e9, 0.1e-9 * 7_850, 0)),
        (LETTERS, 26, (90e-6 + 50e-6 + 32 * 1.6e-6, 32 * (4 * 784 * 64 + 6 * 64 * 26) / 123e9, 0.1e-9 * 51_930, 0)),
    ],
)
def test_a_step_takes_what_its_operations_and_updates_take(config, classes, parts):
    assert seconds_per_step(config, classes) == pytest.approx(sum(parts), rel=1e-9)


@pytest.mark.parametrize(
    ("config", "images", "steps"),
    [
        (TrainConfig(), 60_000, 469),
        (TrainConfig(augment=True), 60_000, 938),
        (TrainConfig(validation_images=10_000), 60_000, 391),
    ],
)
def test_an_epoch_takes_as_many_steps_as_it_has_batches(config, images, steps):
    """Of 1.343 ms: five epochs of the default settings take 3.15 s."""
    assert seconds_per_epoch(config, images) == pytest.approx(steps * 1.3428e-3, rel=1e-4)


@pytest.mark.parametrize(
    ("config", "classes", "needed"),
    [
        # Each parameter in six copies of 4 bytes; each example as 9 × 784 bytes, and 16 bytes for each output.
        (TrainConfig(), 10, 24 * 203_530 + 128 * (7056 + 16 * 266)),
        (DEEP, 10, 24 * 89_610 + 50 * (7056 + 16 * 210)),
        (
            TrainConfig(architecture="convolutional"),
            10,
            24 * 106_474 + 128 * (7056 + 16 * (266 + 26 * 26 * 8 + 13 * 13 * 8 + 11 * 11 * 16 + 5 * 5 * 16)),
        ),
        (LETTERS, 26, 24 * 51_930 + 32 * (7056 + 16 * 90)),
        # The best network once more and twice in a checkpoint.
        (TrainConfig(validation_images=5000, patience=2), 10, 36 * 203_530 + 128 * (7056 + 16 * 266)),
        # The folded parameters, of which 256 biases are two numbers for each unit; and its own outputs.
        (TrainConfig(batch_normalisation=True), 10, 28 * 203_786 + 128 * (7056 + 16 * 522)),
    ],
)
def test_memory_is_that_of_parameters_and_of_a_batch(config, classes, needed):
    assert memory_bytes(config, classes) == needed


@pytest.mark.parametrize(("pages", "enough"), [(6184, False), (6185, True)])
def test_a_run_may_take_a_quarter_of_the_memory_of_this_machine(monkeypatch, pages, enough):
    """The default settings need 6,332,656 bytes: a quarter of 6184.2 pages of 4 KiB."""
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": pages}.__getitem__)
    if enough:
        require_memory(TrainConfig())
    else:
        with pytest.raises(ConfigError, match="on this machine"):
            require_memory(TrainConfig())


def test_too_much_memory_is_refused_with_the_estimate():
    config = TrainConfig(hidden_units=2048, hidden_layers=3, batch_size=8192)
    require_memory(config, limit=memory_bytes(config))
    with pytest.raises(ConfigError, match=r"need about [\d,]+ MB of memory, and a run may take 100 MB"):
        require_memory(config, limit=100_000_000)
