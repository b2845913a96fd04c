"""The settings of a training run: `settings` declares them, `optimizers` what the optimizer may be.

Everything that lists, checks, shows or writes settings reads those declarations: the Train page and the sweep dialog,
the options of the terminal, links, the ledger's columns, search spaces, estimates and exported code.
"""

from mnist_core.config.declaration import (
    Choice,
    ConfigError,
    KerasArgument,
    Number,
    Setting,
    Switch,
    Value,
    value_in_words,
)
from mnist_core.config.optimizers import OPTIMIZERS, Optimizer
from mnist_core.config.settings import (
    CHOICES,
    DEFAULT_LEARNING_RATES,
    LIMITS,
    SETTINGS,
    SWITCHES,
    TrainConfig,
    lower_learning_rate,
    range_in_words,
)

__all__ = [
    "CHOICES",
    "DEFAULT_LEARNING_RATES",
    "LIMITS",
    "OPTIMIZERS",
    "SETTINGS",
    "SWITCHES",
    "Choice",
    "ConfigError",
    "KerasArgument",
    "Number",
    "Optimizer",
    "Setting",
    "Switch",
    "TrainConfig",
    "Value",
    "lower_learning_rate",
    "range_in_words",
    "value_in_words",
]
