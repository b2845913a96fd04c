"""What is said of a trained network: whether it has learned anything, and whether that holds for new images."""

from dataclasses import replace

import pytest

from mnist_core.config import TrainConfig
from mnist_core.diagnosis.outcome import describe_outcome
from mnist_core.evaluation import Score
from mnist_core.evaluation.measurement import VALIDATION, RunScores
from mnist_core.runs import State
from tests.support import sample_records

MNIST = RunScores(Score(0.03, 0.9899), 60_000, 0.1124, Score(0.07, 0.978), 10_000, 0.1135)


def said(run, training, new, **changes):
    return describe_outcome(run, MNIST._replace(training=Score(0.1, training), new=Score(0.1, new), **changes))


@pytest.fixture
def run():
    return sample_records.run()


def test_the_gap_is_that_of_one_network(run):
    assert describe_outcome(run, MNIST, mark="**") == (
        "It classifies **98.99 %** of the training images and **97.80 %** of the test images correctly: a gap of "
        "1.2 percentage points. The network does better on its training images than on new ones, which is called "
        "overfitting."
    )


@pytest.mark.parametrize(
    ("training", "new", "words"),
    [
        (0.960, 0.955, "a gap of only 0.5 percentage points, so it generalises well"),
        (0.920, 0.921, "no worse on new images than on its training images"),
        (0.955, 0.951, "about as well on new images as on its training images"),
        (0.500, 0.480, "called overfitting"),
        (1.000, 1.000, "no worse on new images"),
    ],
)
def test_what_the_gap_means(run, training, new, words):
    text = said(run, training, new)
    assert words in text
    assert "most frequent class" not in text


@pytest.mark.parametrize(
    ("training", "new"),
    [(0.1124, 0.1135), (0.0987, 0.098), (0.112, 0.1170), (0.1, 0.0)],
    ids=["always a 1", "always a 0", "a little luck", "less than guessing"],
)
def test_a_network_at_chance_level_has_not_learned_anything(run, training, new):
    text = said(run, training, new)
    assert "always answering with the most frequent class, which is right for 11.35 %" in text
    assert "the network has not learned anything yet" in text
    assert "generalises" not in text
    assert "overfitting" not in text


def test_of_unbalanced_classes_the_largest_is_what_guessing_gets(run):
    unbalanced = {"baseline": 0.9, "training_baseline": 0.9}
    assert "has not learned anything" in said(run, 0.901, 0.902, **unbalanced)
    assert "generalises" in said(run, 0.985, 0.981, **unbalanced)
    assert "What it has learned does not carry over to new images" in said(run, 1.0, 0.9, **unbalanced)


@pytest.mark.parametrize(
    ("training", "new", "gap"),
    [
        (0.62, 0.63, "it does no worse on new images than on its training images"),
        (0.62, 0.617, "it does about as well on new images as on its training images"),
        (0.755, 0.747, "a gap of only 0.8 percentage points"),
    ],
)
def test_who_reads_few_images_of_either_kind_underfits(run, training, new, gap):
    """Guessing gets 88.76 % of the training images wrong, a quarter of which is 22.19 %."""
    text = said(run, training, new, images=100_000)
    assert f"{gap}, but both accuracies are low." in text
    assert "generalises" not in text
    assert "generalises well" in said(run, 0.7782, 0.7782)


def test_a_few_test_images_prove_little(run):
    few = {"images": 20, "baseline": 0.1}
    assert "With only 20 test images, a gap of 4.0 percentage points may be chance." in said(run, 0.99, 0.95, **few)
    assert "called overfitting" in said(run, 0.99, 0.5, **few)
    assert "has not learned anything" in said(run, 0.1, 0.25, **few)
    assert "does not carry over to new images" in said(run, 0.9, 0.2, **few)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            TrainConfig(optimizer="sgd", learning_rate=5),
            "A smaller learning rate may help: it was 5, and 0.01",
        ),
        (TrainConfig(learning_rate=1e-6), "A larger learning rate may help: it was 0.000001, and 0.001 is usual"),
        (TrainConfig(), "More epochs or another learning rate may help."),
    ],
)
def test_whoever_learned_nothing_is_told_what_to_try(run, config, words):
    assert words in said(replace(run, config=config), 0.1, 0.1)


@pytest.mark.parametrize(
    ("training", "new", "images", "words"),
    [
        (0.97, 0.96, 10_000, "a gap of 1.0 percentage points. The network does better on its training images"),
        (0.9699, 0.96, 10_000, "a gap of only 1.0 percentage points, so it generalises well"),
        # of 1,000 images: standard errors of 0.00952 and 0.00111, twice their root of squares is 0.0192
        (0.92, 0.90, 1000, "a gap of 2.0 percentage points. The network does better on its training images"),
        (0.919, 0.90, 1000, "With only 1,000 test images, a gap of 1.9 percentage points may be chance."),
        (0.90, 0.915, 1000, "With only 1,000 test images, a gap of 1.5 percentage points may be chance."),
        (0.909, 0.90, 1000, "about as well on new images as on its training images"),
        (0.90, 0.95, 1000, "no worse on new images than on its training images"),
    ],
)
def test_from_1_point_on_a_gap_is_overfitting_if_it_is_more_than_chance(run, training, new, images, words):
    assert words in said(run, training, new, images=images)


@pytest.mark.parametrize(("new", "learned"), [(0.1089, False), (0.1091, True)])
def test_three_standard_errors_above_guessing_something_was_learned(run, new, learned):
    """Guessing gets 0.1 of 10,000 right, with a standard error of 0.0030011."""
    text = said(run, 0.5, new, baseline=0.1)
    assert ("does not carry over to new images" in text) is not learned
    assert ("hardly better than always answering" in text) is not learned


@pytest.mark.parametrize(
    ("rate", "advice"),
    [(0.05, "A smaller"), (0.0499, "More epochs"), (0.01, "More epochs"), (0.0021, "More epochs"), (0.002, "A larger")],
)
def test_a_rate_five_times_off_the_usual_one_is_the_first_thing_to_try(run, rate, advice):
    config = TrainConfig(optimizer="sgd", learning_rate=rate)
    assert f"the network has not learned anything yet. {advice}" in said(replace(run, config=config), 0.1, 0.1)


def test_more_epochs_are_no_hope_for_what_stopped_early_diverged_or_has_no_errors(run):
    early = replace(run, kept_epoch=2, step=1000, config=replace(run.config, validation_images=100, patience=1))
    assert early.stopped_early
    hope = "So it generalises well, and more epochs or units may still help."
    assert said(run, 0.92, 0.921).endswith(hope)
    assert said(replace(run, state=State.STOPPED, step=1563), 0.92, 0.921).endswith(hope)
    for without, new in ((early, 0.921), (replace(run, state=State.FAILED, step=1563), 0.921), (run, 1.0)):
        assert said(without, 0.92, new).endswith("than on its training images. So it generalises well.")


def test_of_which_network_it_speaks(run):
    stopped, failed = (replace(run, state=state, step=1563) for state in (State.STOPPED, State.FAILED))
    assert said(stopped, 0.9, 0.9).startswith("When it was stopped, after 1,563 of 2,345 steps, it classifies")
    assert said(replace(stopped, step=2345), 0.9, 0.9).startswith("It classifies")
    assert said(failed, 0.9, 0.9).startswith("The last network saved before the training failed classifies")
    trial = said(run, 0.97, 0.96, kind=VALIDATION, images=10_000)
    assert "of the validation images correctly" in trial
