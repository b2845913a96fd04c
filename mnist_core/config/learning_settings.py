"""The settings of learning: how, and for how long, the weights are corrected."""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.config.declaration import Choice, KerasArgument, Need, Number, declared
from mnist_core.config.optimizers import OPTIMIZERS, adaptive_in_words, taken_by
from mnist_core.config.schedules import SCHEDULES, schedules_in_words
from mnist_core.text.words import listed


@dataclass(frozen=True)
class LearningSettings:
    """What decides how the weights are corrected, beside the main settings."""

    seed: int = declared(
        0,
        Number(0, 2**31 - 1, whole=True),
        "The start value of the random numbers. The same settings and the same seed give exactly the same network.",
        fixed_in_sweeps='A sweep varies the seed by itself: choose the number of "Seeds per setting".',
    )
    optimizer: str = declared(
        next(iter(OPTIMIZERS)),
        Choice(tuple(OPTIMIZERS)),
        "The optimizer is the rule by which each step changes the weights so that the loss falls. "
        f"{adaptive_in_words()}",
        summary="{value}",
    )
    learning_rate: float = declared(
        None,  # the optimizer's
        Number(1e-6, 10.0, logarithmic=True),
        "How large each correction of the weights is. With a rate that is too small the network learns slowly, with "
        "one that is too large the loss never settles. The default is the usual rate of the optimizer.",
        aliases=("rate", "lr"),
        keras_argument=KerasArgument("optimizer", "learning_rate=LEARNING_RATE"),
    )
    schedule: str = declared(
        next(iter(SCHEDULES)),
        Choice(tuple(SCHEDULES)),
        "How the learning rate changes from the first step to the last that is planned: large steps at first, small "
        f"ones in the end. {schedules_in_words()} A run with a schedule cannot be trained for more epochs afterwards, "
        "since its rate has come to its end.",
        aliases=("rate schedule", "decay"),
        summary="{value} schedule",
    )
    patience: int = declared(
        0,
        Number(1, 100, whole=True, zero="no early stopping"),
        "Early stopping: the training ends after so many epochs in a row without a gain in validation accuracy, and "
        "the weights of the best epoch are kept. This saves epochs in which the network would only overfit.",
        summary="patience {value}",
        sweep_values="0, 2, 5",
        need=Need(
            "validation_images",
            "Early stopping needs validation images. If it went by the test images, these would choose the epoch, and "
            "the test accuracy would be too optimistic.",
        ),
    )
    min_delta: float = declared(
        0.0,
        Number(0.0, 0.1, step=0.001),
        "The smallest rise in validation accuracy that early stopping counts as a gain: 0.001 is a tenth of a "
        "percentage point. With 0, every rise counts.",
        sweep_values="0, 0.001, 0.005",
        need=Need("patience"),
    )
    momentum: float = declared(
        None,  # the optimizer's
        Number(0.0, 0.99, step=0.1),
        "The share of the last correction that is added to the next one, so that corrections in the same direction "
        f"add up. Only for {listed(taken_by('momentum'))}.",
        sweep_values="0, 0.5, 0.9",
        keras_argument=KerasArgument("optimizer", "momentum=MOMENTUM"),
    )
    weight_decay: float = declared(
        None,  # the optimizer's
        Number(1e-6, 0.1, logarithmic=True, zero="none"),
        "In each step, every weight shrinks by this fraction of itself times the learning rate. This reduces "
        f"overfitting. Only for {listed(taken_by('weight_decay'))}.",
        sweep_values="0, 0.004, 0.04",
        keras_argument=KerasArgument("optimizer", "weight_decay=WEIGHT_DECAY"),
    )
