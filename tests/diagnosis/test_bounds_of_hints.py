"""From where on hints are shown: runs whose figures lie just within the bounds of a rule, and just beyond them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.diagnosis.hints.jumping import jumping
from mnist_core.diagnosis.hints.lagging_averages import lagging_averages
from mnist_core.diagnosis.hints.large_weights import large_weights
from mnist_core.diagnosis.hints.memorised_labels import memorised_labels
from mnist_core.diagnosis.hints.more_units import more_units
from mnist_core.diagnosis.hints.overfitting import overfitting
from mnist_core.diagnosis.hints.rules import hints_for
from mnist_core.diagnosis.hints.small_weights import small_weights
from mnist_core.diagnosis.hints.strong_dropout import strong_dropout
from mnist_core.diagnosis.hints.strong_l2 import strong_l2
from mnist_core.diagnosis.hints.stuck import stuck
from mnist_core.diagnosis.hints.too_slow import too_slow
from mnist_core.diagnosis.hints.units_that_never_fire import units_that_never_fire
from mnist_core.diagnosis.hints.within_chance import within_chance
from mnist_core.diagnosis.hints.zero_weights import zero_weights
from mnist_core.evaluation.silent_units import SilentUnits
from mnist_core.runs import State
from mnist_core.runs.run_records import Parent
from tests.support.hint_facts import GUESSING, earlier, network, result, scores, trained, wrong_labels

HIGH_RATE: dict[str, Any] = {"learning_rate": 0.002}
PARENT = Parent(7, 1.0, "")


def tried(found: Hint | None) -> dict[str, Any]:
    """What a hint suggests, by the setting's name; {} if there is none."""
    return {} if found is None else {found.setting: getattr(found.config, found.setting)}


def curve(*losses: float, rate: float = 0.001) -> Hint | None:
    """What is said of these losses on the test images, from epoch to epoch."""
    return jumping(trained([0.5] * len(losses), tests=losses, learning_rate=rate))


def test_a_loss_jumps_that_rises_by_15_percent_and_falls_by_10():
    assert curve(1.0, 1.16, 1.04, 1.21, rate=0.002) is not None
    assert curve(1.0, 1.14, 1.02, 1.21, rate=0.002) is None, "it has risen so far but once"
    assert curve(1.0, 1.16, 1.06, 1.23, rate=0.002) is None, "it never fell so far"
    assert curve(1.0, 1.16, 1.35, 1.60, rate=0.002) is None, "it only rose"


def test_at_the_usual_rate_a_loss_jumps_that_has_risen_three_times():
    assert curve(1.0, 1.2, 1.0, 1.2, 1.0) is None
    assert curve(1.0, 1.2, 1.0, 1.2, 1.0, 1.2) is not None


@pytest.mark.parametrize(("times", "told"), [(1.49, False), (1.51, True)])
def test_a_loss_has_shot_up_that_is_one_and_a_half_times_that_of_guessing(times: float, told: bool):
    chunks = [0.5, times * GUESSING, *[0.5] * 6]
    assert (jumping(trained([chunks], **HIGH_RATE)) is not None) is told
    large = trained([[times * GUESSING, *[0.5] * 7]], initialisation="too-large")
    assert (large_weights(large) is not None) is told
    assert large_weights(replace(large, run=replace(large.run, parent=PARENT))) is None


@pytest.mark.parametrize(("highest", "told"), [(4.0, False), (4.55, False), (4.65, True)])
def test_a_network_that_began_far_above_guessing_has_not_shot_up_unless_its_loss_rose(highest: float, told: bool):
    """Fine-tuned on other images, it begins sure of wrong answers; a rise of less than 15 percent is none."""
    facts = trained([[4.0, highest, 3.9, *[0.5] * 5]], parent=PARENT, **HIGH_RATE)
    assert (jumping(facts) is not None) is told
    at_chance = trained([[4.0, highest, *[3.9] * 6], 2.3], [0.1, 0.1], parent=PARENT, learning_rate=0.001, dropout=0.5)
    assert tried(stuck(at_chance)) == ({"learning_rate": 0.0001} if told else {"dropout": 0.0})
    assert replace(facts, history=replace(facts.history, points=())).overshot is None, "it has not begun"


def test_means_over_chunks_begin_anew_with_each_epoch():
    """The running mean of the first epoch is high to its end, that of the second never is."""
    chunks = trained([3.0, [0.5, 0.1, 0.3, *[0.5] * 5]]).chunks
    assert [round(it.loss, 6) for it in chunks[7:11]] == [3.0, 0.5, 0.1, 0.3]
    assert [(it.epochs, it.examples) for it in chunks[7:9]] == [(1.0, 100), (1.125, 100)]


@pytest.mark.parametrize(("times", "told"), [(0.89, False), (0.91, True)])
def test_weights_are_too_small_if_a_quarter_of_an_epoch_brings_less_than_a_tenth(times: float, told: bool):
    small = trained([[times * GUESSING] * 2 + [0.1] * 6], initialisation="too-small")
    assert (small_weights(small) is not None) is told
    assert small_weights(trained([[times * GUESSING]], initialisation="too-small")) is None, "too early"


@pytest.mark.parametrize(("step", "told"), [(298, True), (299, False)])
def test_moving_averages_lag_for_299_steps(step: int, told: bool):
    facts = trained([0.5] * 3, batch_normalisation=True, step=step, scores=scores((0.7, 0.8)))
    assert tried(lagging_averages(facts)) == ({"epochs": 4} if told else {}), "298.07 steps are more than 3 epochs"


@pytest.mark.parametrize(("times", "told"), [(1.19, False), (1.21, True)])
def test_moving_averages_lag_if_they_raise_the_latest_loss_by_a_fifth(times: float, told: bool):
    """The loss of the last quarter of an epoch is 0.4."""
    facts = trained([0.5, [0.9] * 6 + [0.3, 0.5]], batch_normalisation=True, scores=scores((times * 0.4, 0.8)))
    assert (lagging_averages(facts) is not None) is told


@pytest.mark.parametrize(("accuracy", "told"), [(0.144, True), (0.147, False)])
def test_a_network_is_stuck_within_three_standard_errors_of_the_baseline(accuracy: float, told: bool):
    """Of 400 images: √(0.1 · 0.9 / 400) = 0.015, and a little more since one right and one wrong are added."""
    half = [0.9] * 4 + [accuracy] * 4
    assert (stuck(trained([0.5, 2.3], [0.9, half], learning_rate=0.01)) is not None) is told


def test_a_network_is_stuck_if_it_has_been_for_half_an_epoch_and_a_hundred_steps():
    high: dict[str, Any] = {"learning_rate": 0.01}
    late = [0.9] * 7 + [0.1]
    assert stuck(trained([2.3, 2.3], [0.1, late], **high)) is None, "for an eighth only"
    going: dict[str, Any] = {"state": State.ACTIVE, "epochs": 5, **high}
    assert stuck(trained([2.3, [2.3]], [0.1, [0.1]], **going)) is None, "after 90 steps"
    assert stuck(trained([2.3, [2.3] * 3], [0.1, [0.1] * 3], **going)) is not None
    assert stuck(trained([2.3], [0.1], **high)) is not None, "it has ended after 80 steps"


@pytest.mark.parametrize(
    ("settings", "change"),
    [
        ({"learning_rate": 0.005}, {"learning_rate": 0.001}),
        ({"learning_rate": 0.0049, "dropout": 0.5}, {"dropout": 0.0}),
        ({"learning_rate": 0.0002}, {"learning_rate": 0.001}),
        ({"learning_rate": 0.00021, "dropout": 0.5}, {"dropout": 0.0}),
        ({"l2": 0.01, "dropout": 0.5}, {"l2": 0.001}),
        ({"l2": 0.0099, "dropout": 0.5}, {"dropout": 0.0}),
        ({"activation": "sigmoid", "hidden_layers": 2}, {"activation": "relu"}),
        ({"activation": "sigmoid", "hidden_layers": 1}, {"learning_rate": 0.01}),
        ({"batch_normalisation": True, "batch_size": 1}, {"batch_size": 32}),
        ({"initialisation": "zeros"}, {"initialisation": "glorot"}),
        ({"initialisation": "too-small"}, {"initialisation": "glorot"}),
        ({"initialisation": "too-small", "hidden_units": 0}, {"learning_rate": 0.01}),
        (
            {"initialisation": "too-small", "hidden_units": 0, "architecture": "convolutional"},
            {"initialisation": "glorot"},
        ),
        ({"initialisation": "too-small", "parent": PARENT}, {"learning_rate": 0.01}),
        ({"optimizer": "sgd", "momentum": 0.9, "learning_rate": 0.01}, {"learning_rate": 0.1}),
        ({"optimizer": "sgd", "momentum": 0.95, "learning_rate": 0.01}, {"momentum": 0.9}),
        ({"learning_rate": 10.0}, {"learning_rate": 0.001}),
    ],
)
def test_what_is_further_from_usual_is_to_blame_for_being_stuck(settings: dict[str, Any], change: dict[str, Any]):
    """A factor of five is unusual for a learning rate, and from 0.01 on L2 is strong."""
    assert tried(stuck(trained([2.3, 2.3], [0.1, 0.1], **settings))) == change


def test_weights_that_began_too_large_are_to_blame_for_jumps_unless_the_rate_is_five_times_the_usual_one():
    jumps: dict[str, Any] = {"losses": [[4.0] + [6.0] * 7, 0.5], "initialisation": "too-large"}
    assert tried(jumping(trained(**jumps, learning_rate=0.0049))) == {"initialisation": "glorot"}
    assert tried(jumping(trained(**jumps, learning_rate=0.005))) == {"learning_rate": 0.001}
    assert tried(jumping(trained(**jumps, learning_rate=0.0049, parent=PARENT))) == {"learning_rate": 0.001}


def test_a_tenth_of_a_penalty_is_suggested_unless_it_is_below_the_limit():
    strong: dict[str, Any] = {"network": network(np.full((784, 4), 10.0)), "scores": scores()}
    assert tried(strong_l2(trained(l2=0.00002, **strong))) == {"l2": 0.000002}
    assert tried(strong_l2(trained(l2=0.000009, **strong))) == {"l2": 0.0}


@pytest.mark.parametrize(("times", "told"), [(0.949, True), (0.951, False)])
def test_a_loss_is_still_falling_that_fell_by_a_twentieth(times: float, told: bool):
    for losses in ([0.5, times * 0.5], [[0.9] * 2 + [0.5] * 2 + [times * 0.5] * 4]):
        found = too_slow(trained(losses, scores=scores()))
        assert tried(found) == ({"epochs": 2 * len(losses)} if told else {})


@pytest.mark.parametrize(("training", "told"), [(0.254, False), (0.256, True)])
def test_more_epochs_are_no_help_once_the_training_loss_is_85_percent_of_the_other(training: float, told: bool):
    assert (too_slow(trained([0.9, 0.5], scores=scores((training, 0.9)))) is not None) is told


def test_a_slow_run_is_told_that_it_falls_however_little_it_does():
    falling: dict[str, Any] = {"losses": [0.5, 0.4999], "scores": scores()}
    assert tried(too_slow(trained(**falling, learning_rate=0.0002))) == {"learning_rate": 0.001}
    assert too_slow(trained(**falling, learning_rate=0.00021)) is None
    hardly: dict[str, Any] = {"scores": scores((2.1, 0.2), (2.1, 0.2)), "optimizer": "sgd", "learning_rate": 0.01}
    assert tried(too_slow(trained([2.11, 2.10], **hardly))) == {"learning_rate": 0.1}, "9 tenths of guessing are 2.07"
    assert too_slow(trained([2.07, 2.06], **hardly)) is None


def test_a_loss_that_fell_is_told_in_figures_that_differ():
    slow = too_slow(trained([0.26, 0.25996], scores=scores(), learning_rate=0.0001))
    assert slow is not None
    assert "still fell from 0.26 to 0.25996." in slow.text
    assert too_slow(trained([0.26, 0.26 - 1e-9], scores=scores(), learning_rate=0.0001)) is None
    overfits = overfitting(trained([0.25999, 0.25998, 0.25997], tests=(1.0, 1.2, 1.2)))
    assert overfits is not None
    assert "training loss fell from 0.25999 to 0.25997:" in overfits.text
    assert overfitting(trained([0.26, 0.26, 0.26 - 1e-9], tests=(1.0, 1.2, 1.2))) is None


def test_only_a_run_that_was_trained_to_its_end_is_told_to_be_falling_and_to_wait_longer_if_it_stopped_early():
    falling: dict[str, Any] = {"losses": [0.9, 0.5], "scores": scores()}
    assert too_slow(trained(**falling, state=State.STOPPED)) is None
    early = trained(**falling, validation_images=100, patience=3, kept_epoch=2)
    early = replace(early, run=replace(early.run, config=replace(early.run.config, epochs=9)))
    assert tried(too_slow(early)) == {"patience": 6}


@pytest.mark.parametrize(
    ("rate", "words"), [(0.03, "0.03 is 30 times what is usual"), (0.00001, "0.00001 is 1/100 of what is usual")]
)
def test_an_unusual_rate_is_said_to_be_so_many_times_the_usual_one(rate: float, words: str):
    found = stuck(trained([2.3, 2.3], [0.1, 0.1], learning_rate=rate))
    assert found is not None
    assert f"Learning rate {words} for rmsprop" in found.text


def test_a_high_momentum_is_said_to_make_corrections_so_many_times_as_large():
    found = stuck(trained([2.3, 2.3], [0.1, 0.104], optimizer="sgd", learning_rate=0.01, momentum=0.95))
    assert found is not None
    assert "10.4 % of the last 400 images were classified correctly" in found.text
    assert "Momentum 0.95 makes corrections up to 20 times as large." in found.text


def test_a_loss_that_jumps_is_not_told_to_be_falling():
    jumps = [1.0, 1.2, 1.0, 1.2]
    assert too_slow(trained([0.9, 0.8, 0.7, 0.5], tests=jumps, scores=scores(), **HIGH_RATE)) is None


@pytest.mark.parametrize(("silent", "told"), [(9, False), (10, True)])
def test_silent_units_are_told_from_a_tenth_on(silent: int, told: bool):
    assert (units_that_never_fire(trained(silent=SilentUnits(silent, 100, 2000))) is not None) is told


@pytest.mark.parametrize(("memorised", "told"), [(9, False), (10, True)])
def test_memorised_labels_are_told_from_a_tenth_on(memorised: int, told: bool):
    found = memorised_labels(trained(scores=scores(new=(0.1, 0.99)), wrong_labels=wrong_labels(memorised)))
    assert tried(found) == ({"dropout": 0.5} if told else {})


def test_memorised_labels_of_a_sample_are_called_so():
    of_all, of_some = (wrong_labels(50, of=count) for count in (100, 300))
    for labels, words in ((of_all, "50 of the 100 wrong"), (of_some, "50 of a sample of 100 wrong")):
        found = memorised_labels(trained(scores=scores(), wrong_labels=labels))
        assert found is not None
        assert words in found.text


@pytest.mark.parametrize(("tests", "told"), [((1.0, 1.16, 1.16), True), ((1.0, 1.14, 1.16), False)])
def test_a_network_overfits_whose_loss_is_15_percent_above_its_lowest_for_two_epochs(
    tests: tuple[float, ...], told: bool
):
    assert tried(overfitting(trained([0.5, 0.4, 0.3], tests=tests))) == ({"dropout": 0.3} if told else {})
    assert overfitting(trained([0.5, 0.6, 0.5], tests=tests)) is None, "the training loss did not fall"


def test_of_overfitting_more_images_are_suggested_as_far_as_there_are_some():
    """Ten times as many, and never those that are held out."""
    overfits: dict[str, Any] = {"losses": [0.5, 0.4, 0.3], "tests": (1.0, 1.2, 1.2), "validated": True}
    few = trained(**overfits, training_images=100, validation_images=50, train_images=2000)
    assert tried(overfitting(few)) == {"training_images": 1000}
    assert tried(overfitting(replace(few, train_images=800))) == {"training_images": 750}


@pytest.mark.parametrize(
    ("without", "gap", "told"), [(0.199, 0.004, True), (0.201, 0.004, False), (0.199, 0.006, False)]
)
def test_dropout_is_too_strong_if_it_doubles_the_loss_and_prevents_nothing(without: float, gap: float, told: bool):
    """The latest loss with dropout is 0.4; half a percentage point is no overfitting."""
    facts = trained([0.9, 0.4], dropout=0.4, scores=scores((without, 0.9), (0.3, 0.9 - gap)))
    assert tried(strong_dropout(facts)) == ({"dropout": 0.2} if told else {})
    with_noise = replace(facts, run=replace(facts.run, config=replace(facts.run.config, label_noise=0.1)))
    assert strong_dropout(with_noise) is None


EARLY: dict[str, Any] = {"validation_images": 100, "patience": 1, "kept_epoch": 1}


def test_dropout_is_not_blamed_for_the_loss_on_distorted_images_or_that_of_another_epoch():
    facts: dict[str, Any] = {"losses": [0.9, 0.4], "dropout": 0.4, "scores": scores((0.1, 0.9), (0.1, 0.9))}
    assert strong_dropout(trained(**facts)) is not None
    assert strong_dropout(trained(**facts, augment=True)) is None
    assert strong_dropout(trained(**facts, **EARLY)) is None


def test_moving_averages_are_not_blamed_for_the_loss_of_another_epoch():
    facts: dict[str, Any] = {"losses": [0.9, 0.4], "batch_normalisation": True, "step": 100, "scores": scores((0.9, 0))}
    assert lagging_averages(trained(**facts)) is not None
    assert lagging_averages(trained(**facts, **EARLY)) is None


@pytest.mark.parametrize(("dropout", "half"), [(0.1, 0.0), (0.2, 0.1), (0.3, 0.1), (0.9, 0.4)])
def test_half_of_a_dropout_that_is_too_strong_is_suggested_rounded_down_to_tenths(dropout: float, half: float):
    facts = trained([0.9, 0.4], dropout=dropout, scores=scores((0.1, 0.9), (0.3, 0.9)))
    assert tried(strong_dropout(facts)) == {"dropout": half}


@pytest.mark.parametrize("change", [{"dropout": 0.0}, {"dropout": 0.3}])
def test_a_change_of_nothing_and_one_that_is_refused_are_no_hints(change: dict[str, Any]):
    none = trained(hidden_units=0).run.config
    assert hint("Overfitting", "It overfits.", none, **change) is None


def test_without_hidden_layers_fewer_epochs_are_suggested_where_dropout_would_have_no_effect():
    none: dict[str, Any] = {"losses": [0.5, 0.4, 0.3], "tests": (1.0, 1.2, 1.2), "hidden_units": 0, "scores": scores()}
    assert tried(overfitting(trained(**none))) == {"epochs": 1}
    assert tried(memorised_labels(trained(**none, wrong_labels=wrong_labels(50)))) == {"epochs": 1}
    assert [it.title for it in hints_for(trained(**none, wrong_labels=wrong_labels(50)))] == ["Wrong labels memorised"]


@pytest.mark.parametrize(("l2", "told"), [(0.035, False), (0.037, True)])
def test_l2_is_too_strong_from_15_percent_of_what_was_gained_over_guessing(l2: float, told: bool):
    """The squares of all weights sum to 784 · 0.05² + 10 · 0.8² = 8.36. Of the 2 that are gained, 15 % are 0.3."""
    gained = (GUESSING - 2.0, 0.9)
    facts = trained(l2=l2, network=network(np.full((784, 1), 0.05), 0.8), scores=scores(gained, gained))
    assert (strong_l2(facts) is not None) is told


def test_l2_is_not_too_strong_for_what_overfits_or_has_its_normalisation_folded_in():
    strong: dict[str, Any] = {"network": network(np.full((784, 1), 1.0)), "l2": 0.1}
    assert strong_l2(trained(**strong, scores=scores((0.3, 0.9), (0.3, 0.9)))) is not None
    assert strong_l2(trained(**strong, scores=scores((0.3, 0.9), (0.31, 0.9)))) is None
    assert strong_l2(trained(**strong, scores=scores(), batch_normalisation=True)) is None


def test_more_units_are_twice_as_many_or_more():
    many = trained(result=result(2, 900))
    assert tried(more_units(replace(many, earlier=(earlier(1, 900, hidden_units=32),)))) == {"hidden_units": 16}
    assert more_units(replace(many, earlier=(earlier(1, 900, hidden_units=33),))) is None


def test_more_units_bring_something_if_chance_does_not_explain_the_gain():
    """Of 1,000 images, five read by one alone are chance (p = 0.06), and six are not (p = 0.03)."""
    fewer = (earlier(1, 900, hidden_units=32),)
    assert more_units(trained(result=result(2, 905), earlier=fewer)) is not None
    assert more_units(trained(result=result(2, 906), earlier=fewer)) is None


def test_units_are_compared_of_finished_runs_with_as_many_hidden_layers():
    fewer = (earlier(1, 900, hidden_units=32),)
    assert more_units(trained(result=result(2, 900), earlier=fewer, state=State.STOPPED)) is None
    assert more_units(trained(earlier=fewer)) is None, "not tested yet"
    assert more_units(trained(result=result(2, 900), earlier=fewer, hidden_layers=2)) is None
    none = trained(hidden_units=0, result=result(2, 900), earlier=(earlier(1, 900, hidden_units=0, seed=1),))
    assert more_units(none) is None, "neither has hidden units"


def test_units_are_not_compared_with_those_of_a_run_that_began_with_the_weights_of_another_one():
    """It was trained for more epochs in all."""
    many, few = trained(result=result(2, 900)), earlier(1, 900, hidden_units=32)
    tuned = few._replace(run=replace(few.run, parent=PARENT))
    assert more_units(replace(many, earlier=(tuned,))) is None
    assert more_units(replace(many, run=replace(many.run, parent=PARENT), earlier=(few,))) is None
    assert tried(more_units(replace(many, earlier=(tuned, few)))) == {"hidden_units": 16}


def test_of_a_layer_with_a_single_unit_no_fewer_are_suggested():
    many = trained(result=result(2, 900), hidden_units=(8, 2))
    assert tried(more_units(replace(many, earlier=(earlier(1, 900, hidden_units=(4, 1)),)))) == {"hidden_units": (2, 1)}


def test_more_units_are_compared_with_the_fewest_whatever_their_seed_but_not_with_what_learned_nothing():
    many = trained(result=result(9, 150))
    few, fewer, fewest = (earlier(number, 150, hidden_units=units) for number, units in ((1, 32), (2, 16), (3, 8)))
    assert tried(more_units(replace(many, earlier=(few, fewer, fewest)))) == {"hidden_units": 4}
    assert tried(more_units(replace(many, earlier=(earlier(1, 150, hidden_units=32, seed=5),)))) == {"hidden_units": 16}
    assert more_units(replace(many, baseline=0.15, earlier=(few, fewer, fewest))) is None


def test_a_run_is_within_chance_of_the_one_before_and_another_seed_tells_more():
    """Of 1,000 images, five read by one alone are chance (p = 0.06), and six are not (p = 0.03)."""
    before = earlier(5, 900, learning_rate=0.01)
    facts = trained(seed=3, result=result(6, 905), earlier=(before, earlier(4, 500, learning_rate=0.1)))
    assert tried(within_chance(facts)) == {"seed": 4}
    assert within_chance(replace(facts, result=result(6, 906))) is None
    assert within_chance(replace(facts, earlier=(earlier(5, 900, seed=8),))) is None, "only the seed is another"


def test_weights_of_zero_keep_units_alike_if_there_are_several():
    zeros: dict[str, Any] = {"initialisation": "zeros", "activation": "sigmoid"}
    alike, different = np.ones((784, 2)), np.eye(784, 2)
    assert zero_weights(trained(**zeros, network=network(alike))) is not None
    assert zero_weights(trained(**zeros, network=network(different))) is None
    assert zero_weights(trained(**zeros, network=network(np.ones((784, 1))))) is None, "a single one is like no other"


def test_two_hints_are_shown_of_three_with_other_advice_and_one_while_a_run_trains():
    facts = trained(
        [2.3, 2.3],
        [0.1, 0.1],
        silent=SilentUnits(50, 100, 2000),
        scores=scores((0.5, 0.1), (0.5, 0.1)),
        wrong_labels=wrong_labels(90),
        **HIGH_RATE,
        epochs=2,
    )
    every = [rule(facts) for rule in (stuck, units_that_never_fire, memorised_labels)]
    assert None not in every
    shown = hints_for(facts)
    assert len(shown) == 2
    assert len({str(it.config) for it in shown}) == 2
    going = replace(facts, run=replace(facts.run, state=State.ACTIVE))
    assert len(hints_for(going)) == 1


def test_what_one_hint_advises_no_other_does():
    """The weights are too small, and the network is stuck: the first is the cure of both."""
    facts = trained([2.3], [0.1], initialisation="too-small")
    assert small_weights(facts) is not None
    assert stuck(facts) is not None
    assert [it.title for it in hints_for(facts)] == ["Weights too small"]
