"""Ready experiments: what is started, what belongs together, and what is said of the outcome."""

from dataclasses import replace

import pytest

from mnist_core.config import TrainConfig
from mnist_core.config.changed_settings import changed_settings
from mnist_core.experiments import EXPERIMENTS, ExperimentRuns, experiment_tag, find_experiment, result_sentence
from mnist_core.ledger import RunResult
from mnist_core.runs import State
from tests.support import sample_records

UNITS = EXPERIMENTS[0]


def runs_of(experiment):
    return [replace(sample_records.run(number), config=it) for number, it in enumerate(experiment.configs, 1)]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda it: it.setting)
def test_its_runs_differ_in_one_setting_and_one_is_the_usual_one(experiment):
    first, *others = experiment.configs
    assert all(changed_settings(first, other) == [experiment.setting] for other in others)
    usual = replace(TrainConfig(), epochs=experiment.base.epochs)
    assert usual in experiment.configs


def test_what_is_varied_is_what_was_promised():
    assert [experiment.title for experiment in EXPERIMENTS] == [
        "Hidden units: 8, 32 and 256",
        "Learning rate: 0.0001, 0.001 and 0.1",
        "Batch size: 16, 128 and 4,096",
        "Hidden layers: 0, 1 and 3",
        "Dropout: 0 and 0.5",
        "Architecture: dense and convolutional",
    ]


def test_legends_say_what_differs():
    labels = [[it.label(config) for config in it.configs] for it in EXPERIMENTS]
    assert labels == [
        ["8 units", "32 units", "256 units"],
        ["learning rate 0.0001", "learning rate 0.001", "learning rate 0.1"],
        ["batch 16", "batch 128", "batch 4096"],
        ["0 hidden layers", "1 hidden layer", "3 hidden layers"],
        ["dropout 0", "dropout 0.5"],
        ["dense", "convolutional"],
    ]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda it: it.setting)
def test_runs_are_found_again_in_the_order_of_their_values(experiment):
    first, *others = runs_of(experiment)
    longer = replace(first, config=replace(first.config, epochs=first.config.epochs + 1))
    found = find_experiment([*reversed(others), longer])
    assert found == ExperimentRuns(experiment, (longer, *others))


def test_runs_that_somebody_tagged_alike_are_no_experiment():
    first, second, _ = runs_of(UNITS)
    assert find_experiment([first]) is None
    assert find_experiment([first, replace(second, config=TrainConfig(hidden_units=33))]) is None


def test_runs_that_differ_in_the_seed_too_are_no_experiment():
    first, second, third = runs_of(UNITS)
    reseeded = [replace(run, config=replace(run.config, seed=4)) for run in (first, second)]
    assert find_experiment(reseeded) == ExperimentRuns(UNITS, tuple(reseeded))
    assert find_experiment([*reseeded, third]) is None


def test_the_tag_is_told_from_others():
    tagged = replace(sample_records.run(), tags=("best", "experiment-12"))
    assert experiment_tag(tagged) == experiment_tag(12) == "experiment-12"
    assert experiment_tag(replace(tagged, tags=("experiment-a", "my-experiment-1"))) == ""


@pytest.mark.parametrize(
    ("accuracies", "words"),
    [
        ((0.92, 0.96, 0.98), "The lead of 256 units is more than chance would explain."),
        (
            (0.92, 0.979, 0.98),
            "over 8 units is more than chance would explain; its lead over 32 units may well be chance.",
        ),
        ((0.978, 0.979, 0.98), "The lead of 256 units over 8 units and 32 units may well be chance."),
    ],
)
def test_what_came_out_is_said_with_whether_it_is_chance(accuracies, words):
    found = ExperimentRuns(UNITS, tuple(runs_of(UNITS)))
    results = [RunResult(number, accuracy, 10_000) for number, accuracy in enumerate(accuracies, 1)]
    text = result_sentence(found, results)
    assert words in text
    assert "Test accuracy: 8 units 9" in text
    assert result_sentence(found, results[:1]) == ""


def test_it_has_ended_when_all_its_runs_have():
    first, *others = runs_of(UNITS)
    assert ExperimentRuns(UNITS, (first, *others)).ended
    assert not ExperimentRuns(UNITS, (replace(first, state=State.ACTIVE), *others)).ended


def test_another_optimizer_with_its_usual_rate_is_one_change():
    for optimizer in ("sgd", "adamw"):
        assert changed_settings(TrainConfig(), TrainConfig(optimizer=optimizer)) == ["optimizer"]
    assert changed_settings(TrainConfig(), TrainConfig(optimizer="sgd", learning_rate=0.5)) == [
        "optimizer",
        "learning_rate",
    ]
