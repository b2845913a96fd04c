"""What a sweep varies and how it plans: what people type is understood, or they are told what is wrong."""

import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.search.options import Sampler
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space, Span, apply


def test_lists_ranges_choices_and_switches_are_understood():
    space = Space.parse(
        {
            "hidden_units": "32, 64,128, 64",
            "learning_rate": "0.0001..0.01/3",
            "dropout": ".1 .. .5",
            "activation": "relu, tanh",
            "augment": "off, on",
        }
    )
    assert space.varied == {
        "hidden_units": (32, 64, 128),
        "learning_rate": Span(0.0001, 0.01, 3),
        "dropout": Span(0.1, 0.5, 5),
        "activation": ("relu", "tanh"),
        "augment": (False, True),
    }
    assert Space.from_json(space.to_json()).varied == space.varied
    assert space.size is None
    assert space.describe().startswith("hidden units 32, 64, 128; learning rate 0.0001 to 0.01; dropout 0.1 to 0.5")


def test_a_grid_has_each_setting_once_and_divides_ranges_as_suits_the_setting():
    space = Space.parse({"learning_rate": "0.0001..0.01/3", "dropout": "0..0.4/3", "hidden_units": "8..9"})
    assert space.grid_values("learning_rate") == (0.0001, 0.001, 0.01)
    assert space.grid_values("dropout") == (0.0, 0.2, 0.4)
    assert space.grid_values("hidden_units") == (8, 9), "whole numbers, each once"
    settings = list(space.grid())
    assert len(settings) == space.grid_size == 18
    assert len({tuple(setting.values()) for setting in settings}) == 18


def test_layouts_are_separated_by_semicolons():
    space = Space.parse({"hidden_units": "0; 64; 256,64; 128, 128"})
    assert space.grid_values("hidden_units") == (0, 64, (256, 64), (128, 128))
    assert space.describe() == "hidden units 0; 64; 256, 64; 128, 128"
    assert Space.from_json(space.to_json()).varied == space.varied
    plan = Plan(TrainConfig(dropout=0.2), space)
    assert [plan.run_config(it, 0).units_of_each_layer for it in space.grid()] == [(), (64,), (256, 64), (128, 128)]


def test_a_sweep_over_layers_has_as_many_of_unequal_ones():
    plan = Plan(TrainConfig(hidden_units=(256, 64)), Space.parse({"hidden_layers": "0..3"}))
    found = [plan.run_config(it, 0).units_of_each_layer for it in plan.space.grid()]
    assert found == [(), (256,), (256, 64), (256, 64, 64)]


@pytest.mark.parametrize(
    ("varied", "told"),
    [
        ({"hidden_units": "32, 64", "hidden_layers": "0, 1"}, "Hidden units must be 0 with 0 hidden layers"),
        ({"hidden_units": "32; 64, 32", "hidden_layers": "1, 2"}, "Hidden layers must be 2"),
        ({"hidden_layers": "0, 1", "dropout": "0, 0.2"}, "Dropout must be 0 without hidden layers"),
    ],
)
def test_a_plan_with_layers_that_do_not_fit_is_refused(varied, told):
    with pytest.raises(ConfigError, match=told):
        Plan(TrainConfig(), Space.parse(varied)).require_possible(60_000)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("hidden_units", "many", "“many” is not a number"),
        ("hidden_units", "", "Hidden units has no values"),
        ("hidden_units", "32, 4096", "from 1 to 2,048, .*, not 4,096"),
        ("hidden_units", "128..32", "a range must go up"),
        ("hidden_units", "0..32", "a range must begin above 0"),
        ("hidden_units", "64; 8, many", "“many” is not a number"),
        ("hidden_units", "64; 8, 8, 8, 8, 8, 8", "up to 5 layers"),
        ("hidden_units", "8.5..32", "whole number"),
        ("learning_rate", "0..1", "Learning rate must be"),
        ("learning_rate", "nan..1", "Learning rate must be"),
        ("learning_rate", "0.1..1/1", "2 to 50 values"),
        ("activation", "relu, RELU", "Activation must be one of"),
        ("activation", "relu..tanh", "Activation must be one of"),
        ("augment", "maybe", "Augment must be true or false"),
        ("seed", "1, 2", "Seeds per setting"),
        ("validation_images", "0, 100", "cannot vary"),
        ("units", "1", "no setting named “units”"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(name, text, told):
    with pytest.raises(ConfigError, match=told):
        Space.parse({name: text})


def test_a_plan_counts_its_runs_and_holds_images_out():
    space = Space.parse({"hidden_units": "8, 16", "epochs": "1, 2, 3"})
    grid = Plan(TrainConfig(), space, seeds=2)
    assert (grid.trials, grid.runs) == (6, 12)
    assert grid.base.validation_images == 10_000
    assert Plan(TrainConfig(validation_images=500), space).base.validation_images == 500
    assert Plan(TrainConfig(), space, Sampler.TPE, trials=50).trials == 6, "there are no more to choose from"
    assert grid.seconds(60_000) == pytest.approx(2 * Plan(TrainConfig(), space).seconds(60_000))


def test_each_run_of_a_plan_takes_half_a_second_besides_its_epochs():
    rates = Space.parse({"learning_rate": "0.1, 0.01, 0.001"})
    one_epoch, two_epochs = (Plan(TrainConfig(epochs=epochs), rates).seconds(60_000) for epochs in (1, 2))
    assert 2 * one_epoch - two_epochs == pytest.approx(3 * 0.5)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"trials": 0, "sampler": Sampler.TPE}, "at least 1 setting"),
        ({"seeds": 11}, "1 to 10 seeds"),
        ({"seeds": 0}, "1 to 10 seeds"),
        ({"trials": 501, "sampler": Sampler.RANDOM}, "501 runs; a sweep has at most 500"),
        ({"limit_seconds": 0.99}, "The limit must be from 1 second to 24 hours, or none."),
        ({"limit_seconds": 86_401.0}, "The limit must be from 1 second to 24 hours, or none."),
        ({"trials": 200, "seeds": 5, "sampler": Sampler.RANDOM}, "1,000 runs"),
        ({"limit_seconds": 0.0}, "limit must be"),
    ],
)
def test_a_plan_without_end_or_beginning_is_refused(values, told):
    with pytest.raises(ConfigError, match=told):
        Plan(TrainConfig(), Space.parse({"learning_rate": "0.001..0.1"}), **values)


@pytest.mark.parametrize(
    "values",
    [
        {"trials": 1},
        {"seeds": 10},
        {"trials": 500},
        {"trials": 50, "seeds": 10},
        {"limit_seconds": 1.0},
        {"limit_seconds": 86_400.0},
        {"limit_seconds": None},
    ],
)
def test_as_much_as_is_allowed_is_planned(values):
    plan = Plan(TrainConfig(), Space.parse({"learning_rate": "0.001..0.1"}), Sampler.RANDOM, **values)
    assert plan.runs == values.get("trials", 20) * values.get("seeds", 1)


def test_a_space_has_at_most_fifty_values_of_a_setting():
    fifty = ", ".join(str(number) for number in range(1, 51))
    assert Space.parse({"epochs": fifty}).size == Space.parse({"epochs": "1..100/50"}).grid_size == 50
    for text in (f"{fifty}, 51", "1..100/51"):
        with pytest.raises(ConfigError, match="50"):
            Space.parse({"epochs": text})


def test_seeds_count_up_from_that_of_the_plan_and_start_again_after_the_last():
    plan = Plan(TrainConfig(seed=2**31 - 2), Space.parse({"hidden_units": "8, 9"}), seeds=4)
    assert [plan.run_config({"hidden_units": 8}, seed).seed for seed in range(4)] == [2**31 - 2, 2**31 - 1, 0, 1]


def test_a_setting_is_varied_with_the_one_that_it_needs():
    Plan(TrainConfig(), Space.parse({"patience": "2, 5", "min_delta": "0, 0.01"})).require_possible(60_000)
    Plan(TrainConfig(), Space.parse({"patience": "0, 5"})).require_possible(60_000)
    for varied in ({"min_delta": "0, 0.01"}, {"patience": "0, 5", "min_delta": "0, 0.01"}):
        with pytest.raises(ConfigError, match="Min delta must be 0 without patience"):
            Plan(TrainConfig(), Space.parse(varied)).require_possible(60_000)


def test_settings_that_cannot_be_trained_are_refused_before_anything_is():
    plan = Plan(TrainConfig(validation_images=50_000), Space.parse({"batch_size": "128, 8192"}))
    plan.require_possible(60_000)
    with pytest.raises(ConfigError, match="at most 5,000"):
        plan.require_possible(55_000)


def test_each_optimizer_takes_its_usual_rate_unless_another_was_asked_for():
    assert apply(TrainConfig(), {"optimizer": "sgd"}).learning_rate == 0.01
    assert apply(TrainConfig(learning_rate=0.5), {"optimizer": "sgd"}).learning_rate == 0.5
    assert apply(TrainConfig(), {"optimizer": "sgd", "learning_rate": 0.001}).learning_rate == 0.001


def test_a_sweep_over_what_one_of_its_optimizers_does_not_take_is_refused_before_it_begins():
    Plan(TrainConfig(), Space.parse({"optimizer": "sgd", "momentum": "0, 0.9"})).require_possible(60_000, 10)
    for optimizers in ("rmsprop", "sgd, adam"):
        plan = Plan(TrainConfig(), Space.parse({"optimizer": optimizers, "momentum": "0, 0.9"}))
        with pytest.raises(ConfigError, match="Momentum must be 0 with the optimizer"):
            plan.require_possible(60_000, 10)
