"""The learning rate of each step, worked out by hand, and the schedules of Keras that exported code names for them."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from mnist_core.config import TrainConfig
from mnist_core.config.schedules import SCHEDULES

RATE = 0.001


def rates(schedule: str, steps: int) -> list[float]:
    """The rate of each step of a run, and that after the last, as shares of the learning rate."""
    config = TrainConfig(schedule=schedule)
    return [config.learning_rate_at(step, steps) / RATE for step in range(steps + 1)]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", {0: 1.0, 39: 1.0}),
        ("step", {0: 1.0, 19: 1.0, 20: 0.1, 29: 0.1, 30: 0.01, 39: 0.01}),
        ("exponential", {0: 1.0, 10: 0.01**0.25, 20: 0.1, 40: 0.01}),
        ("cosine", {0: 1.0, 10: (1 + 0.5**0.5) / 2, 20: 0.5, 30: (1 - 0.5**0.5) / 2, 40: 0.0}),
        ("warm-up", {0: 0.0, 1: 0.25, 3: 0.75, 4: 1.0, 22: 0.5, 40: 0.0}),
    ],
)
def test_a_rate_is_this_share_of_the_learning_rate(schedule: str, expected: dict[int, float]):
    """Of forty steps, four are the first tenth."""
    found = rates(schedule, 40)
    assert {step: found[step] for step in expected} == pytest.approx(expected, abs=1e-12)


def _piecewise(boundaries: list[int], values: list[float]) -> Any:
    """As `PiecewiseConstantDecay`: the first value up to and including the first boundary, and so on."""
    return lambda step: values[sum(step > boundary for boundary in boundaries)]


def _exponential(rate: float, *, decay_steps: int, decay_rate: float) -> Any:
    return lambda step: rate * decay_rate ** (step / decay_steps)


def _cosine(rate: float, decay_steps: int, *, warmup_target: float | None = None, warmup_steps: int = 0) -> Any:
    """As `CosineDecay`: linear from the rate to the target, if there is one, then half a wave to 0."""

    def at(step: int) -> float:
        if warmup_target is not None and step < warmup_steps:
            return rate + (warmup_target - rate) * step / warmup_steps
        highest = rate if warmup_target is None else warmup_target
        return highest * (1 + math.cos(math.pi * min(step - warmup_steps, decay_steps) / decay_steps)) / 2

    return at


@pytest.mark.parametrize("schedule", [name for name, its in SCHEDULES.items() if its.keras_code])
def test_exported_code_names_the_schedule_of_keras_with_the_same_rates(schedule: str):
    named = SimpleNamespace(PiecewiseConstantDecay=_piecewise, ExponentialDecay=_exponential, CosineDecay=_cosine)
    keras = SimpleNamespace(optimizers=SimpleNamespace(schedules=named))
    for steps in range(1, 50):
        names = {"keras": keras, "LEARNING_RATE": 1.0, "steps": steps}
        found = eval(SCHEDULES[schedule].keras_code, names)  # noqa: S307  # code of ours
        assert [found(step) for step in range(steps)] == pytest.approx(rates(schedule, steps)[:-1], abs=1e-12), steps
