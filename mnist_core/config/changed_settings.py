"""What was changed between the settings of two runs."""

from __future__ import annotations

from mnist_core.config.settings import OPTIMIZER_SETTINGS, SETTINGS, TrainConfig


def changed_settings(before: TrainConfig, after: TrainConfig) -> list[str]:
    """Return the names of the settings in which two runs differ.

    Where each has the usual learning rate of another optimizer, the optimizer is all that was changed. The same holds
    for the other settings of an optimizer.
    """
    names = [name for name in SETTINGS if getattr(before, name) != getattr(after, name)]
    return [name for name in names if not (_is_usual(name, before) and _is_usual(name, after))]


def _is_usual(name: str, config: TrainConfig) -> bool:
    return name in OPTIMIZER_SETTINGS and getattr(config, name) == config.optimizer_default(name)
