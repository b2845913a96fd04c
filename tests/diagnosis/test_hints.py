"""Hints for real runs, trained here: each rule sees its fault, and is quiet where there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import Dataset, load_dataset
from mnist_core.data.examples import training_examples
from mnist_core.diagnosis.hints.facts import EarlierRun, Facts
from mnist_core.diagnosis.hints.hint import Hint
from mnist_core.diagnosis.hints.jumping import jumping
from mnist_core.diagnosis.hints.more_units import more_units
from mnist_core.diagnosis.hints.rules import hints_for
from mnist_core.diagnosis.hints.units_that_never_fire import units_that_never_fire
from mnist_core.diagnosis.hints.zero_weights import zero_weights
from mnist_core.evaluation.measurement import RunScores, majority_class_accuracy, measure
from mnist_core.evaluation.silent_units import silent_units
from mnist_core.evaluation.wrong_labels import read_wrong_labels
from mnist_core.ledger import RunResult
from mnist_core.progress import ProgressPoint
from mnist_core.runs import Failure, History, State
from mnist_core.runs.run_records import Parent
from tests.support import sample_records

pytestmark = pytest.mark.slow

IMAGES, TESTED = 6000, 2000


@cache
def images(count: int = IMAGES) -> Dataset:
    """The first training images of MNIST, and its last test images, which are not the hard ones."""
    mnist = load_dataset()
    return replace(
        mnist,
        train_images=mnist.train_images[:count],
        train_labels=mnist.train_labels[:count],
        test_images=mnist.test_images[-TESTED:],
        test_labels=mnist.test_labels[-TESTED:],
    )


@cache
def trainer_of(shape: TrainConfig) -> Any:
    from mnist_core.training import Trainer

    return Trainer(shape, images())


@cache
def trained(count: int = IMAGES, until: float = 1.0, **settings: Any) -> Facts:
    """Train a network on `count` images, up to that part of the way, and return what the rules are told of it."""
    from mnist_core.training import TrainingDiverged, shape_of

    config, dataset = TrainConfig(**{"hidden_units": 64, "epochs": 5, "batch_size": 64} | settings), images(count)
    trainer = trainer_of(shape_of(config))
    trainer.start(config, dataset=dataset)
    points: list[ProgressPoint] = []
    changes: dict[str, Any] = {"state": State.ACTIVE, "test_accuracy": None}
    try:
        while trainer.step < until * trainer.steps:
            points.append(trainer.train_chunk())
    except TrainingDiverged:
        changes |= {"state": State.FAILED, "failure": Failure.DIVERGED}
    if trainer.done and not changes.get("failure"):
        changes = {"state": State.FINISHED, "test_accuracy": points[-1].test_accuracy}
    run = sample_records.run(**vars(config), **changes, step=trainer.step, steps_per_epoch=trainer.steps_per_epoch)
    labels = training_examples(config, dataset).labels
    known = Facts(run, History(tuple(points), trainer.steps_per_epoch), count, 10, majority_class_accuracy(labels))
    return _with_network(known, trainer.network(), dataset) if run.state is State.FINISHED else known


def _with_network(known: Facts, network: Any, dataset: Dataset) -> Facts:
    found = measure(network, known.run.config, dataset, tests=True)
    assert found.test is not None
    baseline = majority_class_accuracy(dataset.test_labels)
    learned = len(training_examples(known.run.config, dataset).labels)
    scores = RunScores(found.training, learned, known.baseline, found.test, TESTED, baseline)
    right = network.predict(dataset.test_images).argmax(axis=1) == dataset.test_labels
    silent = silent_units(network, dataset.train_images)
    result = RunResult.from_predictions(known.run.id, right)
    wrong = read_wrong_labels(network, known.run.config, dataset)
    return replace(known, scores=scores, silent=silent, result=result, network=network, wrong_labels=wrong)


def after(facts: Facts, *earlier: Facts) -> Facts:
    """The same run, after others, of which the newest has the highest number."""
    runs = [EarlierRun(replace(it.run, id=number), it.result) for number, it in enumerate(earlier, 1) if it.result]
    return replace(facts, earlier=tuple(reversed(runs)))


def titles(facts: Facts) -> list[str]:
    return [it.title for it in hints_for(facts)]


def only_hint(facts: Facts) -> Hint:
    (found,) = hints_for(facts)
    return found


def test_a_usual_run_gets_no_hint():
    """Nor does it at any moment of its training."""
    whole = trained()
    assert (whole.run.test_accuracy or 0.0) > 0.85
    assert hints_for(whole) == []
    for count in range(1, len(whole.history.points)):
        history = replace(whole.history, points=whole.history.points[:count])
        run = replace(whole.run, state=State.ACTIVE, step=history.points[-1].step)
        assert hints_for(Facts(run, history, whole.train_images, 10, whole.baseline)) == []


def test_what_diverged_is_told_how_far_the_rate_is_from_the_usual_one():
    found = only_hint(trained(learning_rate=10.0))
    assert found.text.startswith("Learning rate 10 is 10,000 times what is usual for rmsprop")
    assert (found.title, found.label) == ("Diverged", "Try learning rate 0.001")
    assert found.config == TrainConfig(hidden_units=64, epochs=5, batch_size=64)


def test_a_loss_that_shoots_up_is_told_within_the_first_epoch():
    found = only_hint(trained(learning_rate=0.1, until=0.1))
    assert found.title == "Jumping"
    assert re.match(
        r"The training loss shot up to \d+(\.\d)?; guessing gives 2.3. Learning rate 0.1 is 100 times", found.text
    )


def test_a_loss_that_goes_up_and_down_from_epoch_to_epoch_is_jumping():
    facts = trained(learning_rate=0.05, epochs=12, seed=1)
    losses = [loss for _, loss in facts.losses_of_new_images]
    rises = [after / before for before, after in pairwise(losses) if after >= 1.15 * before]
    found = jumping(replace(facts, history=without_start(facts)))
    assert len(rises) >= 2
    assert found is not None
    assert f"it rose in {len(rises)} of 11 epochs" in found.text


def without_start(facts: Facts) -> History:
    """The history from the second epoch on, where the loss no longer shoots up."""
    return replace(facts.history, points=tuple(it for it in facts.history.points if it.epoch > 1 or it.test_loss))


def test_what_reads_no_more_than_the_most_frequent_class_is_stuck():
    learning = {"optimizer": "sgd", "hidden_units": 64}
    found = only_hint(trained(learning_rate=5.0, until=0.4, **learning))
    assert found.title == "Stuck at chance"
    assert "always answering with the most frequent class gives 11.2 %" in found.text
    assert found.config.learning_rate == 0.01
    assert "Stuck at chance" not in titles(trained(learning_rate=0.5, **learning))


def test_a_low_rate_is_too_slow_and_so_is_one_epoch():
    slow = only_hint(trained(learning_rate=1e-5, epochs=2))
    assert (slow.title, slow.label) == ("Still falling", "Try learning rate 0.001")
    assert "Learning rate 0.00001 is 1/100 of what is usual for rmsprop." in slow.text
    begun = only_hint(trained(optimizer="sgd", activation="sigmoid", epochs=2))
    assert (begun.title, begun.label) == ("Still falling", "Try learning rate 0.1")
    short = only_hint(trained(epochs=1))
    assert (short.title, short.label) == ("Still falling", "Try 2 epochs")


def kept(facts: Facts, epoch: int, **settings: Any) -> Facts:
    """The same run, with early stopping that has kept the network of an epoch."""
    config = replace(facts.run.config, validation_images=300, patience=1, **settings)
    return replace(facts, run=replace(facts.run, config=config, kept_epoch=epoch))


def test_what_stopped_early_while_it_was_learning_may_have_more_patience():
    """With more epochs, it would stop at the same one."""
    found = only_hint(kept(trained(epochs=1), 1, epochs=9))
    assert (found.title, found.label) == ("Still falling", "Try patience 2")


def test_overfitting_is_told_since_which_epoch_and_by_which_images():
    facts = trained(count=1000, epochs=20, validation_images=300, learning_rate=0.003)
    losses = [it.validation_loss or 0.0 for it in facts.history.validated]
    found = only_hint(facts)
    assert found.title == "Overfitting"
    assert found.text.startswith(f"Since epoch {1 + losses.index(min(losses))}, the validation loss has risen from")
    assert found.label == "Try dropout 0.3"
    best = 1 + losses.index(min(losses))
    assert "Overfitting" in titles(kept(facts, 20))
    assert "Overfitting" not in titles(kept(facts, best)), "what came later is not kept"


def test_units_that_died_of_a_high_rate_are_counted():
    facts = trained(learning_rate=0.01)
    found = only_hint(facts)
    assert facts.silent is not None
    assert found.title == "Units that never fire"
    assert found.text.startswith(f"{facts.silent.silent} of 64 hidden units output 0 for each of 2,000 training images")


def test_few_steps_of_batch_normalisation_leave_initial_values_in_the_moving_averages():
    """0.99 to the power of 80 is 0.45, and to that of 299 is 0.05: at 16 steps an epoch, after 19 epochs."""
    facts = trained(count=1000, batch_normalisation=True)
    found = hints_for(facts)[0]
    assert facts.run.step == 80
    assert (found.title, found.label) == ("Moving averages lag", "Try 19 epochs")
    assert "After 80 steps, 45 % of them are still initial values" in found.text
    assert "Moving averages lag" not in titles(trained(count=1000, batch_normalisation=True, epochs=19))


def test_batch_normalisation_leaves_nothing_of_a_batch_of_one_image():
    found = only_hint(trained(count=300, batch_normalisation=True, batch_size=1, epochs=1))
    assert (found.title, found.label) == ("Stuck at chance", "Try batch 32")
    assert "of a single image, nothing is left." in found.text


def test_with_weights_of_zero_no_unit_gets_a_correction():
    facts = trained(initialisation="zeros", epochs=1)
    found = only_hint(facts)
    assert (found.title, found.label) == ("Weights of zero", "Try glorot initialisation")
    assert "With relu, all hidden units then output 0, so every unit of a layer gets the same correction" in found.text
    assert zero_weights(replace(facts, run=replace(facts.run, parent=Parent(1, 1.0, "")))) is None, (
        "its weights are the parent's"
    )


def test_with_weights_of_zero_sigmoid_units_stay_alike_unless_dropout_makes_them_differ():
    alike = {"initialisation": "zeros", "activation": "sigmoid", "epochs": 3}
    found = only_hint(trained(**alike))
    assert (found.title, found.label) == ("Weights of zero", "Try glorot initialisation")
    assert "stay alike: together they do no more than one. " in found.text
    assert "Weights of zero" not in titles(trained(**alike, dropout=0.3))


def test_weights_that_are_too_small_are_told_where_they_hold_the_start_up():
    found = only_hint(trained(initialisation="too-small", until=0.06))
    assert (found.title, found.label) == ("Weights too small", "Try glorot initialisation")
    assert re.match(
        r"Over the first quarter of the first epoch the training loss was 2.1\d; guessing gives 2.3", found.text
    )
    deep = trained(initialisation="too-small", hidden_layers=3, epochs=1)
    assert [it.label for it in hints_for(deep)] == ["Try glorot initialisation"], "the same advice for whatever follows"
    assert "Weights too small" not in titles(trained(initialisation="too-small", batch_size=8, until=0.06))


def test_without_hidden_layers_weights_of_zero_do_no_harm():
    single = trained(initialisation="zeros", hidden_layers=0, hidden_units=0, epochs=2)
    assert (single.run.test_accuracy or 0.0) > 0.85
    assert "Weights of zero" not in titles(single)


def test_weights_that_are_too_large_are_told_by_how_the_training_began():
    found = only_hint(trained(initialisation="too-large", until=0.1))
    assert (found.title, found.label) == ("Weights too large", "Try glorot initialisation")
    assert found.text.startswith("The training loss began at 12.3; guessing gives 2.3.")
    diverged = hints_for(trained(initialisation="too-large", hidden_layers=3))
    assert [(it.title, it.label) for it in diverged] == [("Diverged", "Try glorot initialisation")]
    small_steps = trained(initialisation="too-large", activation="sigmoid", batch_size=8, until=0.01)
    assert "Weights too large" not in titles(small_steps)


def test_wrong_labels_that_are_memorised_are_counted():
    facts = trained(count=2000, label_noise=0.3, hidden_units=256, epochs=15)
    assert facts.wrong_labels is not None
    found = only_hint(facts)
    assert (found.title, found.label) == ("Wrong labels memorised", "Try dropout 0.5")
    assert f"has memorised {len(facts.wrong_labels.memorised)} of the 600 wrong labels (3" in found.text
    assert titles(trained(label_noise=0.2, epochs=2)) == ["Still falling"], "of 1,200, it predicts some 30"


def test_l2_is_too_strong_where_there_is_nothing_that_it_prevents():
    found = only_hint(trained(l2=0.03, epochs=3))
    assert (found.title, found.label) == ("L2 too strong", "Try L2 0.003")
    assert re.match(r"The penalty for large weights is 0.\d+, beside a training loss of 0.6", found.text)
    assert "L2 too strong" not in titles(trained(l2=0.001, epochs=3))


def test_l2_that_pulls_all_weights_to_zero_is_to_blame_for_what_follows():
    found = only_hint(trained(l2=0.1, hidden_layers=3))
    assert (found.title, found.label) == ("Stuck at chance", "Try L2 0.01")
    assert found.text.endswith("L2 pulls all weights towards 0.")


def test_of_a_high_momentum_and_a_high_rate_the_one_further_from_usual_is_to_blame():
    """By 0.99, corrections become 100 times as large, and by the learning rate ten times; by 0.9 ten times."""
    sgd: dict[str, Any] = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 6}
    found = hints_for(trained(**sgd, momentum=0.99))[0]
    assert (found.title, found.label) == ("Jumping", "Try momentum 0.9")
    assert "Momentum 0.99 makes corrections up to 100 times as large." in found.text
    assert "Jumping" not in titles(trained(**sgd, momentum=0.9))
    diverged = only_hint(trained(optimizer="sgd", learning_rate=10.0, momentum=0.99))
    assert diverged.label == "Try learning rate 0.01"


def test_what_overfits_on_some_of_the_images_is_to_learn_from_more():
    some = trained(count=3000, training_images=700, epochs=20, validation_images=300, learning_rate=0.002)
    found = only_hint(some)
    assert (found.title, found.label) == ("Overfitting", "Try 2,700 training images")


def test_dropout_is_too_strong_where_there_is_nothing_that_it_prevents():
    strong = trained(dropout=0.8)
    assert titles(strong)[0] == "Dropout too strong"
    assert hints_for(strong)[0].label == "Try dropout 0.4"
    assert "Dropout too strong" not in titles(replace(strong, scores=trained().scores)), "it overfits"


def test_more_units_are_compared_with_the_fewest_that_read_as_well():
    many, few = (trained(hidden_units=units, count=1000, epochs=10) for units in (64, 32))
    found = only_hint(after(many, few))
    assert found.title == "More units bring nothing"
    words = (
        r"64 hidden units classify \d\d\.\d\d % of .*, and 32 in run 1 classify \d\d\.\d\d %: this is no gain \(p = 0"
    )
    assert re.search(words, found.text)
    assert found.label == "Try 16 units"
    assert more_units(after(many, trained(hidden_units=2, count=1000, epochs=10))) is None, "they are a gain"
    assert more_units(after(many, replace(few, run=trained(epochs=1).run))) is None, "other settings differ as well"


def test_a_run_that_reads_much_more_than_the_one_before_is_not_within_chance():
    before, run = trained(learning_rate=1e-5, epochs=2), trained()
    assert hints_for(after(run, before)) == []
    other = after(run, trained(learning_rate=0.0012))
    assert only_hint(other).title == "Within chance of the run before"
    assert only_hint(other).label == "Try seed 1"


def test_there_are_two_hints_at_most_and_one_while_it_trains():
    strong = trained(dropout=0.8)
    assert titles(strong) == ["Dropout too strong", "Still falling"]
    assert titles(replace(strong, run=replace(strong.run, state=State.ACTIVE))) == []
    both = trained(learning_rate=0.1)
    assert [it.label for it in hints_for(both)] == ["Try learning rate 0.001"], "nothing is advised twice"
    assert units_that_never_fire(both) is not None
