"""The limits of the settings: the same numbers wherever they are typed, told in the same words."""

from typing import Any

import pytest

from mnist_core.cli.main import main
from mnist_core.config import ConfigError, TrainConfig, lower_learning_rate
from mnist_core.export.tables import read_settings
from mnist_core.search.space import Space
from tests.support.all_settings import EVERY, NUMBERS, label_of

every_number = pytest.mark.parametrize(("name", "limits"), NUMBERS.items(), ids=NUMBERS)
outside = pytest.mark.parametrize("end", ["too_small", "too_large"])


def config_with(**settings: Any) -> TrainConfig:
    """Settings of any type, as they come from outside."""
    return TrainConfig(**settings)


def told(name, end):
    limits = NUMBERS[name]
    value = getattr(limits, end)
    written = f"{value:,}" if isinstance(value, int) else repr(value)
    return f"{label_of(name)} must be {limits.words}, not {written}."


@every_number
def test_settings_take_the_smallest_and_the_largest_value_and_no_other(name, limits):
    for value in (limits.smallest, limits.largest):
        assert getattr(TrainConfig(**{name: value}, **limits.beside), name) == value
    for end in ("too_small", "too_large"):
        with pytest.raises(ConfigError) as error:
            TrainConfig(**{name: getattr(limits, end)})
        assert str(error.value) == told(name, end)
    assert getattr(TrainConfig(), name) == limits.default


def test_the_settings_are_these_in_this_order():
    assert list(TrainConfig.__dataclass_fields__) == list(EVERY)


@every_number
def test_the_terminal_takes_the_same_and_says_the_same(name, limits, capsys, monkeypatch, database_url):
    asked = []
    monkeypatch.setattr("mnist_core.cli.train.train", lambda _store, config, *_rest: asked.append(config))
    option, beside = (
        f"--{name.replace('_', '-')}",
        [f"--{its.replace('_', '-')}={value}" for its, value in limits.beside.items()],
    )
    for value in (limits.smallest, limits.largest):
        assert main(["train", f"{option}={value}", *beside]) == 0
    assert main(["train"]) == 0
    assert [getattr(config, name) for config in asked] == [limits.smallest, limits.largest, limits.default]
    for end in ("too_small", "too_large"):
        assert main(["train", f"{option}={getattr(limits, end)}"]) == 2
        assert capsys.readouterr().err == f"Error: {told(name, end)}\n"


def test_the_terminals_help_tells_all_limits(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    for name, limits in NUMBERS.items():
        of_optimizer = name in ("learning_rate", "momentum", "weight_decay")
        default = "the optimizer's own" if of_optimizer else f"{limits.default:g}"
        assert f"{limits.words.split('from ')[1]}, default {default}" in shown


@every_number
def test_an_address_takes_the_same_and_says_the_same(name, limits):
    beside = {its: str(value) for its, value in limits.beside.items()}
    for value in (limits.smallest, limits.largest):
        config, problems = read_settings({name: str(value), **beside})
        assert (getattr(config, name), problems) == (value, [])
    for end in ("too_small", "too_large"):
        config, problems = read_settings({name: str(getattr(limits, end))})
        assert (getattr(config, name), problems) == (limits.default, [told(name, end)])


@pytest.mark.parametrize("name", [name for name in NUMBERS if name not in ("seed", "validation_images")])
def test_a_sweep_varies_within_the_same_limits(name):
    limits = NUMBERS[name]
    assert Space.parse({name: f"{limits.smallest}..{limits.largest}"}).grid_values(name)[-1] == limits.largest
    for end in ("too_small", "too_large"):
        with pytest.raises(ConfigError) as error:
            Space.parse({name: str(getattr(limits, end))})
        assert str(error.value) == told(name, end)


@pytest.mark.parametrize(
    ("optimizer", "usual"),
    [("rmsprop", 0.001), ("adam", 0.001), ("sgd", 0.01), ("adamw", 0.001), ("nadam", 0.001)],
)
def test_each_optimizer_has_keras_own_learning_rate_by_default(optimizer, usual):
    assert TrainConfig(optimizer=optimizer).learning_rate == usual
    assert TrainConfig(optimizer=optimizer) == TrainConfig(optimizer=optimizer, learning_rate=usual)


@pytest.mark.parametrize(
    ("optimizer", "rate", "calmer"),
    [
        ("sgd", 5.0, 0.01),
        ("adam", 0.0011, 0.001),
        ("adam", 0.001, 0.0001),
        ("sgd", 0.01, 0.001),
        ("rmsprop", 0.0003, 0.00003),
        ("rmsprop", 0.000005, 0.000001),
        ("rmsprop", 0.000001, 0.000001),
    ],
)
def test_after_a_divergence_the_usual_rate_is_tried_and_then_a_tenth_of_it(optimizer, rate, calmer):
    assert lower_learning_rate(TrainConfig(optimizer=optimizer, learning_rate=rate)) == calmer


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("optimizer", ("rmsprop", "adam", "sgd", "adamw", "nadam")),
        ("activation", ("relu", "tanh", "sigmoid", "elu")),
        ("initialisation", ("glorot", "he", "too-small", "too-large", "zeros")),
        ("schedule", ("constant", "step", "exponential", "cosine", "warm-up")),
    ],
)
def test_choices_are_these_and_no_others(name, choices):
    for choice in choices:
        assert getattr(config_with(**{name: choice}), name) == choice
    with pytest.raises(ConfigError) as error:
        config_with(**{name: "swish"})
    assert str(error.value) == f"{label_of(name)} must be one of {', '.join(choices)}, not 'swish'."
