"""What is said of a change between two runs."""

from dataclasses import replace

import pytest

from mnist_core.config import TrainConfig
from mnist_core.diagnosis.comparison_with_earlier_run import change_sentence, earlier_label
from mnist_core.ledger import RunResult
from tests.support import sample_records


def run(number=1, **settings):
    return replace(sample_records.run(number), config=TrainConfig(**settings))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"learning_rate": 0.01}, "Only the learning rate differs from run 11: 0.001 → 0.01."),
        ({"hidden_units": 128}, {}, "Only the hidden units differ from run 11: 128 → 256."),
        ({}, {"optimizer": "sgd"}, "Only the optimizer differs from run 11: rmsprop → sgd."),
        (
            {"batch_size": 4096},
            {"training_images": 1000},
            "Differs from run 11 in batch size (4,096 → 128) and training images (all of them → 1,000).",
        ),
        ({}, {"training_images": 500}, "Only the training images differ from run 11: all of them → 500."),
        ({}, {"augment": True}, "Only the augment differs from run 11: off → on."),
        ({}, {}, "The same settings as run 11."),
        (
            {"epochs": 3},
            {"dropout": 0.2, "seed": 1},
            "Differs from run 11 in epochs (3 → 5), seed (0 → 1) and dropout (0 → 0.2).",
        ),
    ],
)
def test_what_differs_is_said_with_both_values(before, after, said):
    assert change_sentence(run(12, **after), run(11, **before)) == said


def test_accuracies_are_compared_with_what_chance_would_explain():
    """Of 10,000 images, pooled: z = 2.33 for 97.9 and 97.4 %, and 0.49 for 97.9 and 97.8 %."""
    pair = run(12, dropout=0.2), run(11)
    more = change_sentence(*pair, RunResult(12, 0.979, 10_000), RunResult(11, 0.974, 10_000))
    assert more.endswith("Test accuracy 97.90 % against 97.40 %: the difference is more than chance (p = 0.02).")
    same = change_sentence(*pair, RunResult(12, 0.979, 10_000), RunResult(11, 0.978, 10_000))
    assert same.endswith("Test accuracy 97.90 % against 97.80 %: the difference may well be chance (p = 0.63).")


def test_the_legend_names_what_is_different_about_the_earlier_run():
    assert earlier_label(run(11, hidden_units=128), TrainConfig()) == "run 11: 128 units"
    assert earlier_label(run(11), TrainConfig()) == "run 11: same settings"
    several = earlier_label(run(11, hidden_units=128, dropout=0.5, epochs=2), TrainConfig())
    assert several == "run 11: 128 units, 2 epochs, …"
