"""All settings of a training run, from the modules that declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from mnist_core.config.architectures import FILTERS
from mnist_core.config.data_settings import DataSettings
from mnist_core.config.declaration import Choice, Group, Number, Setting
from mnist_core.config.learning_settings import LearningSettings
from mnist_core.config.main_settings import MainSettings
from mnist_core.config.network_settings import NetworkSettings
from mnist_core.config.optimizers import taken_by

_GROUPS = {
    MainSettings: Group.LEARNING,
    LearningSettings: Group.LEARNING,
    NetworkSettings: Group.NETWORK,
    DataSettings: Group.DATA,
}

SETTINGS: dict[str, Setting] = {
    item.name: replace(item.metadata["setting"], name=item.name, group=group)
    for declarations, group in _GROUPS.items()
    for item in fields(declarations)
}
"""By name, in the order of `TrainConfig`."""

OPTIMIZER_SETTINGS = tuple(
    name for name, setting in SETTINGS.items() if setting.keras_argument and setting.keras_argument.of == "optimizer"
)
"""The settings that are arguments of the optimizer. It declares which of them it takes, with their defaults."""

ARCHITECTURE_SETTINGS = tuple(name for name, setting in SETTINGS.items() if setting.architecture)
"""The settings that a run has in common with the run that it continues."""

FIXED_BY_PARENT = tuple(name for name, setting in SETTINGS.items() if setting.architecture or setting.fixed_with_parent)
"""Those that cannot be chosen for a run that continues another one."""

LIMITS = {name: setting.kind for name, setting in SETTINGS.items() if isinstance(setting.kind, Number)}
"""The limits of each number, by name."""

CHOICES = {name: setting.kind.options for name, setting in SETTINGS.items() if isinstance(setting.kind, Choice)}
"""The options of each choice, by name."""

CHOICES_FIRST = sorted(SETTINGS.values(), key=lambda setting: setting.name in LIMITS)
"""The order of the checks: the default learning rate depends on the optimizer."""


def has_effect(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a setting has an effect beside others, of which `values` has those that decide it."""
    if name in OPTIMIZER_SETTINGS:
        return values["optimizer"] in taken_by(name)
    return not lacks_need(name, values)


def lacks_need(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a setting has no effect because the one that it needs is 0."""
    setting = SETTINGS[name]
    if setting.need is None or values[setting.need.setting]:
        return False
    return not (setting.of_filters and FILTERS[values["architecture"]])
