"""What was changed between the settings of two runs."""

from __future__ import annotations

from mnist_core.config.settings import SETTINGS
from mnist_core.config.train_config import TrainConfig


def changed_settings(before: TrainConfig, after: TrainConfig) -> list[str]:
    """Return the names of the settings in which two runs differ.

    Where each has the usual learning rate of another optimizer, the optimizer is all that was changed. The same holds
    for other settings that depend on one that was changed: where several numbers of units make the layers more, the
    units are all.
    """
    names = [name for name in SETTINGS if getattr(before, name) != getattr(after, name)]
    return [name for name in names if not (_is_usual(name, before) and _is_usual(name, after))]


def _is_usual(name: str, config: TrainConfig) -> bool:
    return SETTINGS[name].dependent and getattr(config, name) == config.default(name)
