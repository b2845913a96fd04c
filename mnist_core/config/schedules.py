"""The learning-rate schedules. To add one, add its record to `_RECORDS`; nothing else names them.

A schedule is spread over all steps of a run, from the first to the last that its settings plan. So the rate of a step
depends on the settings and the number of the step alone, and a run that is paused or moved goes on with the same rates.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

STEP_FACTOR, STEP_SHARES = 0.1, (1 / 2, 3 / 4)
"""The rate is divided by 10 after one half and after three quarters of all steps.

As He et al. trained on CIFAR-10: "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2.
"""
EXPONENTIAL_END = 0.01
"""The exponential schedule ends with this share of the rate, like the one in steps, so that they can be compared."""
WARM_UP_PART = 10
"""The rate grows during the first tenth of all steps.

That is the default of BERT's fine-tuning: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for
Language Understanding", NAACL 2019, `warmup_proportion` in run_classifier.py.
"""


class Schedule(NamedTuple):
    """A learning-rate schedule.

    `factor(step, steps)` is the rate of a step (from 0) of so many, as a share of the learning rate in the settings.
    `words` say what it does. `keras_code` makes the same schedule in exported code, from the constant LEARNING_RATE and
    the number of `steps`; "" if the rate is a number there.
    """

    name: str
    words: str
    factor: Callable[[int, int], float]
    keras_code: str = ""


def _constant(_step: int, _steps: int) -> float:
    return 1.0


def _in_steps(step: int, steps: int) -> float:
    return math.prod(STEP_FACTOR for share in STEP_SHARES if step >= share * steps)


def _exponential(step: int, steps: int) -> float:
    return math.pow(EXPONENTIAL_END, step / steps)


def _cosine(step: int, steps: int) -> float:
    return 0.5 * (1.0 + math.cos(math.pi * step / steps))


def _warm_up(step: int, steps: int) -> float:
    warm_up = steps // WARM_UP_PART
    return step / warm_up if step < warm_up else _cosine(step - warm_up, steps - warm_up)


_KERAS = "keras.optimizers.schedules."
_RECORDS = (
    Schedule("constant", "always the same rate", _constant),
    Schedule(
        "step",
        "a tenth of the rate after half of the training, and a hundredth after three quarters",
        _in_steps,
        f"{_KERAS}PiecewiseConstantDecay([(steps - 1) // 2, (3 * steps - 1) // 4], "
        "[LEARNING_RATE, LEARNING_RATE / 10, LEARNING_RATE / 100])",
    ),
    Schedule(
        "exponential",
        "falls by the same factor in each step, to a hundredth in the end",
        _exponential,
        f"{_KERAS}ExponentialDecay(LEARNING_RATE, decay_steps=steps, decay_rate={EXPONENTIAL_END})",
    ),
    Schedule(
        "cosine",
        "falls slowly, then faster, then slowly to 0, as half a wave of the cosine",
        _cosine,
        f"{_KERAS}CosineDecay(LEARNING_RATE, decay_steps=steps)",
    ),
    Schedule(
        "warm-up",
        "grows from 0 during the first tenth of the training, then falls like the cosine",
        _warm_up,
        f"{_KERAS}CosineDecay(0.0, steps - steps // {WARM_UP_PART}, warmup_target=LEARNING_RATE, "
        f"warmup_steps=steps // {WARM_UP_PART})",
    ),
)

SCHEDULES: dict[str, Schedule] = {record.name: record for record in _RECORDS}
"""By name, in the order of the choice on the Train page. The first is the default."""


def schedules_in_words() -> str:
    """Say what each schedule does: "constant: always the same rate; step: ...."."""
    return "; ".join(f"{record.name}: {record.words}" for record in _RECORDS) + "."
