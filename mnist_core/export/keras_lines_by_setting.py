"""The lines of an exported script that use a setting: the Keras code for a control on the Train page."""

from __future__ import annotations

import re

from mnist_core.config import SETTINGS, TrainConfig
from mnist_core.export.sections import network_code, schedule_code, settings_code, training_code, training_set

_PATTERNS = {
    "architecture": r"Reshape|onv(olution|2D)\(|MaxPooling2D|Flatten",
    "hidden_layers": r"ense\(HIDDEN_UNITS|BatchNormalization|Activation\(|Dropout",
    "activation": r"(ense\(HIDDEN_UNITS|onv(olution|2D)\().* activation=|Activation\(",
    "initialisation": r"kernel_initializer=",
    "batch_normalisation": r"use_bias=False|BatchNormalization",
    "optimizer": r"model\.compile|optimizer=|loss=|metrics=",
    "batch_size": r"BATCH_SIZE|model\.fit",
    "learning_rate": r"LEARNING_RATE|optimizer=",
    "schedule": r"schedule",
    "patience": r"PATIENCE|early_stopping|stop_training",
    "augment": r"with_copies\(epoch\)$",
}
"""Regular expressions for the lines of a setting; those of other settings contain the constant with its name."""


def keras_lines(config: TrainConfig) -> dict[str, list[str]]:
    """Return for each setting the lines of the script in which it takes effect, without their indentation.

    They are those of the code that `sections` makes. A setting that leaves no trace in the script, such as dropout of
    0, has none. Lines that the script has several times, one for each hidden layer, are repeated for the number of
    layers only.
    """
    lines = [line.strip() for line in _code(config).splitlines()]
    return {name: _matching(name, lines) for name in SETTINGS}


def _code(config: TrainConfig) -> str:
    images = [section.code for section in training_set(config)]
    schedule = [code] if (code := schedule_code(config)) else []
    return "\n".join([settings_code(config), *images, *schedule, network_code(config), training_code(config)])


def _matching(name: str, lines: list[str]) -> list[str]:
    pattern = re.compile(_PATTERNS.get(name, rf"\b{SETTINGS[name].constant}\b"))
    found = [line for line in lines if pattern.search(line)]
    return found if name == "hidden_layers" else list(dict.fromkeys(found))
