import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.config.fine_tuning import fine_tuning
from tests.support.all_settings import NUMBERS


def config_with(**settings: Any) -> TrainConfig:
    """Settings of any type, as they come from outside."""
    return TrainConfig(**settings)


def test_defaults_are_those_of_the_classic_notebook():
    config = TrainConfig()
    assert (config.hidden_units, config.epochs, config.batch_size, config.optimizer) == (256, 5, 128, "rmsprop")
    assert (config.hidden_layers, config.activation, config.dropout, config.learning_rate) == (1, "relu", 0.0, 0.001)
    assert (config.seed, config.augment, config.validation_images) == (0, False, 0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "256 units, 5 epochs, batch 128"),
        ({"hidden_units": 1, "epochs": 1}, "1 unit, 1 epoch, batch 128"),
        ({"hidden_layers": 2, "hidden_units": 64}, "2 × 64 units, 5 epochs, batch 128"),
        ({"hidden_units": (256, 64)}, "256, 64 units, 5 epochs, batch 128"),
        ({"hidden_layers": 0, "l2": 0.01}, "no hidden layer, 5 epochs, batch 128, L2 0.01"),
        ({"optimizer": "sgd"}, "256 units, 5 epochs, batch 128, sgd"),
        ({"architecture": "convolutional"}, "256 units, 5 epochs, batch 128, convolutional"),
        ({"optimizer": "sgd", "learning_rate": 0.001}, "256 units, 5 epochs, batch 128, sgd, learning rate 0.001"),
        ({"optimizer": "sgd", "momentum": 0.9}, "256 units, 5 epochs, batch 128, sgd, momentum 0.9"),
        ({"optimizer": "adamw"}, "256 units, 5 epochs, batch 128, adamw"),
        ({"l2": 0.0001, "training_images": 500}, "256 units, 5 epochs, batch 128, L2 0.0001, 500 training images"),
        ({"batch_normalisation": True}, "256 units, 5 epochs, batch 128, batch normalisation"),
        (
            {"activation": "tanh", "dropout": 0.25, "seed": 3},
            "256 units, 5 epochs, batch 128, tanh, dropout 0.25, seed 3",
        ),
    ],
)
def test_settings_in_words_name_what_is_not_usual(settings, words):
    assert config_with(**settings).describe() == words


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "12", None, True, [], -1, 1e12])
def test_refuses_what_makes_no_sense_and_says_what_is_allowed(name, value):
    if name in ("learning_rate", "momentum", "weight_decay", "hidden_units", "hidden_layers") and value is None:
        value = "None"  # None itself asks for the default beside the other settings
    with pytest.raises(ConfigError, match=rf"(?i){name.replace('_', ' ')} must be a .*number from .* to .*, not"):
        config_with(**{name: value})


@pytest.mark.parametrize(
    ("units", "shown"), [((4096, 16), "'4096, 16'"), ([32, 0], "'32, 0'"), ([1] * 6, "'1, 1, 1, 1, 1, 1'")]
)
def test_refused_units_of_several_layers_are_shown_as_people_type_them(units, shown):
    with pytest.raises(ConfigError, match=rf"such as 256, 64, not {shown}\.$"):
        config_with(hidden_units=units)


def test_refuses_fractions_where_whole_numbers_belong():
    with pytest.raises(ConfigError, match="whole number"):
        config_with(epochs=1.5)


@pytest.mark.parametrize(("name", "value"), [("optimizer", "adagrad"), ("activation", "RELU"), ("optimizer", 3)])
def test_refuses_unknown_choices(name, value):
    with pytest.raises(ConfigError, match=f"{name.capitalize()} must be one of "):
        config_with(**{name: value})


@pytest.mark.parametrize("settings", [{"momentum": 0.9}, {"optimizer": "adam", "weight_decay": 0.01}])
def test_a_setting_of_another_optimizer_is_refused(settings):
    with pytest.raises(
        ConfigError, match=r"must be 0 with the optimizer (rmsprop|adam), since it is a setting of (sgd|adamw), not"
    ):
        TrainConfig(**settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"patience": 3}, "Patience must be 0 without validation images, not 3."),
        ({"min_delta": 0.01, "validation_images": 500}, "Min delta must be 0 without patience, not 0.01."),
    ],
)
def test_a_setting_is_refused_without_the_one_that_it_needs_and_goes_with_it(settings, words):
    with pytest.raises(ConfigError) as error:
        TrainConfig(**settings)
    assert str(error.value) == words
    stopping = TrainConfig(validation_images=500, patience=3, min_delta=0.01)
    assert stopping.with_changes(validation_images=0) == TrainConfig()
    assert stopping.with_changes(patience=0) == TrainConfig(validation_images=500)


def test_what_is_not_named_follows_a_new_optimizer():
    slow = TrainConfig(optimizer="sgd", momentum=0.9, learning_rate=0.5)
    assert slow.with_changes(optimizer="adamw") == TrainConfig(optimizer="adamw", learning_rate=0.5)
    assert slow.with_changes(epochs=9).momentum == 0.9
    assert TrainConfig().with_changes(optimizer="adamw").weight_decay == 0.004
    assert TrainConfig(optimizer="adamw").with_changes(optimizer="adam") == TrainConfig(optimizer="adam")


@pytest.mark.parametrize(
    ("settings", "units_of_each_layer"),
    [
        ({}, (256,)),
        ({"hidden_units": 64, "hidden_layers": 3}, (64, 64, 64)),
        ({"hidden_units": (256, 64)}, (256, 64)),
        ({"hidden_units": [8, 16, 32, 64, 128], "hidden_layers": 5}, (8, 16, 32, 64, 128)),
        ({"hidden_layers": 0}, ()),
        ({"hidden_units": 0}, ()),
    ],
)
def test_units_and_layers_determine_each_other(settings, units_of_each_layer):
    config = config_with(**settings)
    assert config.units_of_each_layer == units_of_each_layer
    assert config.hidden_layers == len(units_of_each_layer)
    assert TrainConfig.from_json(config.to_json()) == config


def test_equal_layers_are_the_same_settings_however_they_are_written():
    assert TrainConfig(hidden_units=(64, 64)) == TrainConfig(hidden_units=64, hidden_layers=2)
    assert TrainConfig(hidden_units=0) == TrainConfig(hidden_layers=0)


def test_settings_that_were_stored_before_layers_could_differ_are_the_same():
    stored = '{"hidden_units": 64, "hidden_layers": 3, "dropout": 0.2}'
    assert TrainConfig.from_json(stored) == TrainConfig(hidden_units=64, hidden_layers=3, dropout=0.2)
    assert json.loads(TrainConfig(hidden_units=64, hidden_layers=3).to_json())["hidden_units"] == 64


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"hidden_units": (256, 64), "hidden_layers": 3}, "Hidden layers must be 2, .*256, 64.*, not 3"),
        ({"hidden_units": 64, "hidden_layers": 0}, "Hidden units must be 0 with 0 hidden layers, not 64"),
        ({"hidden_units": 0, "hidden_layers": 1}, "Hidden units must be at least 1 with 1 hidden layer, not 0"),
        ({"hidden_units": (8,) * 6}, "Hidden units must be .* up to 5 layers"),
        ({"hidden_units": (8, 0)}, "Hidden units must be a whole number from 1"),
        ({"hidden_units": (8, 2049)}, "Hidden units must be a whole number from 1 to 2,048"),
        ({"hidden_layers": 0, "dropout": 0.2}, "Dropout must be 0 without hidden layers"),
        ({"hidden_layers": 0, "activation": "tanh"}, "Activation must be relu without hidden layers"),
    ],
)
def test_units_that_do_not_fit_the_layers_are_refused(settings, told):
    with pytest.raises(ConfigError, match=told):
        config_with(**settings)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ({"hidden_units": (256, 64)}, {"hidden_layers": 4}, (256, 64, 64, 64)),
        ({"hidden_units": (256, 64)}, {"hidden_layers": 1}, (256,)),
        ({"hidden_units": (256, 64), "dropout": 0.2, "activation": "elu"}, {"hidden_layers": 0}, ()),
        ({"hidden_layers": 0}, {"hidden_layers": 2}, (256, 256)),
        ({"hidden_layers": 0}, {"hidden_units": 32}, (32,)),
        ({"hidden_layers": 2}, {"hidden_units": 32}, (32, 32)),
        ({"hidden_layers": 2}, {"hidden_units": (8, 4, 2)}, (8, 4, 2)),
        ({"dropout": 0.2}, {"hidden_units": 0}, ()),
    ],
)
def test_units_and_layers_follow_each_other(before, change, after):
    assert config_with(**before).with_changes(**change).units_of_each_layer == after


def test_numbers_of_numpy_become_plain_ones():
    config = config_with(hidden_units=np.int64(64), dropout=np.float32(0.5), epochs=3.0)
    assert [type(value) for value in (config.hidden_units, config.dropout, config.epochs)] == [int, float, int]


def test_batch_larger_than_the_training_set_is_refused():
    assert TrainConfig(batch_size=128).steps_per_epoch(60_000) == 469
    with pytest.raises(ConfigError, match="at most 100, the number of training images"):
        TrainConfig(batch_size=128).steps_per_epoch(100)


@pytest.mark.parametrize("value", [1, "yes", None])
def test_a_switch_is_on_or_off(value):
    with pytest.raises(ConfigError, match="Augment must be true or false"):
        TrainConfig(augment=value)


def test_held_out_images_make_epochs_shorter_and_leave_some_to_learn_from():
    config = TrainConfig(validation_images=10_000)
    assert (config.steps_per_epoch(60_000), config.learned_images(60_000)) == (391, 50_000)
    assert config.describe() == "256 units, 5 epochs, batch 128, 10,000 validation images"
    assert TrainConfig().learned_images(60_000) == 60_000
    assert TrainConfig(training_images=500).learned_images(60_000) == 500
    with pytest.raises(ConfigError, match="Validation images must be less than 10,000, the number of training images"):
        config.steps_per_epoch(10_000)


def test_augmented_epochs_are_twice_as_long():
    assert TrainConfig(augment=True).steps_per_epoch(60_000) == 938
    assert TrainConfig(augment=True).describe() == "256 units, 5 epochs, batch 128, augmented"


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(),
        TrainConfig(seed=7),
        TrainConfig(hidden_layers=2, hidden_units=64, optimizer="adam", seed=3),
        TrainConfig(training_images=500, epochs=20, dropout=0.5),
    ],
)
def test_texts_for_many_seeds_are_those_of_the_settings_with_each(config):
    expected = {replace(config, seed=seed).changed_to_json(): seed for seed in range(9)}
    assert config.changed_to_json_with_seeds(range(9)) == expected


def test_json_round_trip_and_defaults_for_what_is_missing():
    config = TrainConfig(hidden_units=32, optimizer="sgd", dropout=0.25, augment=True)
    assert TrainConfig.from_json(config.to_json()) == config
    assert TrainConfig.from_json("{}") == TrainConfig()


@pytest.mark.parametrize("text", ["", "[]", "{", json.dumps({"hiden_units": 3}), json.dumps({"epochs": "many"})])
def test_bad_json_gets_a_sentence(text):
    with pytest.raises(ConfigError):
        TrainConfig.from_json(text)


def test_drawings_are_learned_in_one_epoch_at_a_low_rate_whatever_a_network_was_trained_with():
    """Its architecture stays. A batch has at most 128 images, and fewer where there were fewer."""
    kept: dict[str, Any] = {"hidden_units": (64, 32), "activation": "tanh", "initialisation": "he"}
    other: dict[str, Any] = {"optimizer": "sgd", "learning_rate": 1.0, "momentum": 0.9, "dropout": 0.5, "epochs": 9}
    found = [fine_tuning(TrainConfig(**kept, **other, batch_size=size)) for size in (1000, 50)]
    expected = TrainConfig(**kept, epochs=1, learning_rate=0.0003)
    assert found == [replace(expected, batch_size=size) for size in (128, 50)]
