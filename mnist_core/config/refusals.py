"""Which settings are refused, each with the reason: by their own limits, or by the number of images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mnist_core.config.declaration import ConfigError
from mnist_core.config.settings import SETTINGS
from mnist_core.config.train_config import TrainConfig


def refusals(values: Mapping[str, Any], train_images: int) -> dict[str, ConfigError]:
    """Return, by the name of a setting, why a run with these values cannot be trained on so many training images.

    Empty if it can. `values` has a value for each setting; None for one that depends on others stands for its
    default.
    """
    found = _beyond_limits(values)
    if not found:
        try:
            TrainConfig(**values).steps_per_epoch(train_images)
        except ConfigError as error:
            found[error.setting] = error
    return found


def _beyond_limits(values: Mapping[str, Any]) -> dict[str, ConfigError]:
    found = {}
    for name, value in values.items():
        if value is None and SETTINGS[name].dependent:
            continue
        try:
            SETTINGS[name].checked(value)
        except ConfigError as error:
            found[name] = error
    return found
