"""What the options of train and sweep ask for, without any training."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from mnist_core.cli.main import main
from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore, State, schema
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Span
from tests.support.databases import change
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network


@pytest.fixture
def asked(monkeypatch, database_url) -> list[tuple[Any, ...]]:
    """What the terminal was told to train, or to try."""
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr("mnist_core.cli.train.train", lambda _store, *rest: told.append(rest))
    monkeypatch.setattr("mnist_core.cli.sweep.sweep", lambda _store, *rest: told.append(rest))
    return told


def plan_for(asked: list[tuple[Any, ...]], options: str) -> Plan:
    assert main(["sweep", *options.split()]) == 0
    plan: Plan = asked[-1][0]
    return plan


def test_without_options_the_classic_network_is_trained(asked):
    assert main(["train"]) == 0
    config, name, as_json, dataset, _ = asked[0]
    assert (config, name, as_json, dataset) == (TrainConfig(), "", False, "mnist")


def test_each_option_of_train_is_the_setting_that_it_names(asked):
    options = (
        "--hidden-units 64 --epochs 3 --batch-size 32 --seed 7 --optimizer adam --learning-rate 0.01 --activation tanh "
        "--hidden-layers 2 --dropout 0.25 --augment --validation-images 500 --name mine --json"
    )
    assert main(["train", *options.split()]) == 0
    config, name, as_json, *_ = asked[0]
    assert config == TrainConfig(
        hidden_units=64,
        epochs=3,
        batch_size=32,
        seed=7,
        optimizer="adam",
        learning_rate=0.01,
        activation="tanh",
        hidden_layers=2,
        dropout=0.25,
        augment=True,
        validation_images=500,
    )
    assert (name, as_json) == ("mine", True)


def test_an_optimizer_brings_its_usual_learning_rate(asked):
    assert main(["train", "--optimizer", "sgd"]) == 0
    assert asked[0][0].learning_rate == 0.01


def test_a_sweep_is_a_grid_with_one_seed_and_no_limit_by_default(asked):
    plan = plan_for(asked, "--hidden-units 8,16")
    assert (plan.sampler, plan.trials, plan.seeds, plan.limit_seconds, plan.pruning) == (
        Sampler.GRID,
        2,
        1,
        None,
        False,
    )
    assert plan.base == TrainConfig(validation_images=10_000)


def test_each_option_of_sweep_is_what_it_names(asked):
    plan = plan_for(
        asked,
        "--learning-rate 0.001..0.1 --epochs 2 --optimizer sgd --sampler tpe --trials 7 --seeds 3 --seed 5 "
        "--limit-minutes 2 --prune --validation-images 5000",
    )
    assert plan.space.varied == {"learning_rate": Span(0.001, 0.1, 5)}
    assert (plan.sampler, plan.trials, plan.seeds, plan.limit_seconds, plan.pruning) == (Sampler.TPE, 7, 3, 120, True)
    assert plan.base == TrainConfig(epochs=2, optimizer="sgd", seed=5, validation_images=5000)


def test_sampled_sweeps_try_twenty_settings_unless_told_otherwise(asked):
    assert plan_for(asked, "--learning-rate 0.001..0.1 --sampler random").trials == 20


# -- from the weights of another run ------------------------------------------------------------


def test_with_a_parent_what_is_not_given_is_the_parents(asked, store):
    number = add_run_with_network(store, State.FINISHED)
    assert main(["train", "--parent", str(number), "--learning-rate", "0.0001", "--no-augment"]) == 0
    config, _, _, dataset, parent = asked[0]
    assert (config, dataset) == (replace(CONFIG, learning_rate=0.0001), BARS.sha256)
    assert parent == store.parent_network(number).parent


def test_a_sweep_from_a_parent_varies_its_settings(asked, store):
    number = add_run_with_network(store, State.FINISHED)
    plan = plan_for(asked, f"--parent {number} --learning-rate 0.001,0.0001 --validation-images 100")
    assert plan.base == replace(CONFIG, validation_images=100)
    assert asked[-1][-1] == store.parent_network(number)


def test_the_starter_network_is_a_parent_by_its_name(asked):
    assert main(["train", "--parent", "starter", "--epochs", "1"]) == 0
    config, *_, parent = asked[0]
    assert (config.augment, config.epochs, parent.title) == (True, 1, "the starter network")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("99", "Error: There is no run 99."),
        ("0", "Error: There is no run 0."),
        ("mine", "Error: argument --parent: “mine” is neither the number of a run nor: starter."),
    ],
)
def test_a_parent_that_is_not_there_is_refused_in_a_sentence(asked, capsys, named, words):
    with suppress(SystemExit):
        assert main(["train", "--parent", named]) == 2
    assert capsys.readouterr().err.startswith(words)
    assert not asked


@pytest.mark.parametrize("options", [[], ["--json"]])
@pytest.mark.parametrize("for_good", [False, True])
def test_train_ends_when_somebody_deletes_its_run(store, monkeypatch, capsys, options, for_good):
    monkeypatch.setattr("mnist_core.cli.train.poll", lambda *_: _looks(store, for_good))
    assert main(["train", *options]) == 2
    assert "Run 1 was deleted." in capsys.readouterr().err


def test_interrupted_training_of_a_deleted_run_is_not_said_to_be_paused(store, monkeypatch, capsys):
    def looks(*_: object) -> Iterator[None]:
        store.delete(1)
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("mnist_core.cli.train.poll", looks)
    assert main(["train", "--json"]) == 130
    assert capsys.readouterr().err == "Run 1 was deleted.\n"


def _looks(store: RunStore, for_good: bool) -> Iterator[None]:
    """Three times to look at run 1, which somebody deletes after the first."""
    yield
    store.delete(1)
    if for_good:
        change(store, schema.runs, deleted_at=0.0)
        store.purge()
    yield
    yield
    raise AssertionError("it goes on waiting for a run that was deleted")
