"""The settings of a training run.

`main_settings`, `learning_settings`, `network_settings` and `data_settings` declare them; `optimizers`,
`initialisations`, `schedules` and `architectures` declare the choices of some. `TrainConfig` holds the values of one
run.

All code that lists, checks, shows or writes settings uses these declarations: the Train page, the sweep dialog, the
terminal, links, the columns of the ledger, search spaces, estimates and exported code.
"""

from mnist_core.config.architectures import FILTERS
from mnist_core.config.declaration import (
    Choice,
    ConfigError,
    Group,
    KerasArgument,
    Need,
    Number,
    NumberPerLayer,
    Setting,
    Switch,
    Value,
    grouped_in_words,
    value_in_words,
)
from mnist_core.config.initialisations import INITIALISATIONS
from mnist_core.config.optimizers import OPTIMIZERS, Optimizer, taken_by
from mnist_core.config.schedules import SCHEDULES, Schedule
from mnist_core.config.settings import (
    ARCHITECTURE_SETTINGS,
    CHOICES,
    FIXED_BY_PARENT,
    LIMITS,
    OPTIMIZER_SETTINGS,
    SETTINGS,
    has_effect,
)
from mnist_core.config.train_config import TrainConfig, defaults_by_optimizer, lower_learning_rate

__all__ = [
    "ARCHITECTURE_SETTINGS",
    "CHOICES",
    "FILTERS",
    "FIXED_BY_PARENT",
    "INITIALISATIONS",
    "LIMITS",
    "OPTIMIZERS",
    "OPTIMIZER_SETTINGS",
    "SCHEDULES",
    "SETTINGS",
    "Choice",
    "ConfigError",
    "Group",
    "KerasArgument",
    "Need",
    "Number",
    "NumberPerLayer",
    "Optimizer",
    "Schedule",
    "Setting",
    "Switch",
    "TrainConfig",
    "Value",
    "defaults_by_optimizer",
    "grouped_in_words",
    "has_effect",
    "lower_learning_rate",
    "taken_by",
    "value_in_words",
]
