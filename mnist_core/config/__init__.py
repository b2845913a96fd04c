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
from mnist_core.config.settings import CHOICES, LIMITS, SETTINGS, TrainConfig, lower_learning_rate

__all__ = [
    "CHOICES",
    "LIMITS",
    "OPTIMIZERS",
    "SETTINGS",
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
    "value_in_words",
]
