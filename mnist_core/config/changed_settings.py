"""What was changed between the settings of two runs."""

from __future__ import annotations

from mnist_core.config.settings import SETTINGS, TrainConfig


def changed_settings(before: TrainConfig, after: TrainConfig) -> list[str]:
    """Return the names of the settings in which two runs differ.

    Where each has the usual learning rate of another optimizer, the optimizer is all that was changed.
    """
    names = [name for name in SETTINGS if getattr(before, name) != getattr(after, name)]
    usual = all(config.learning_rate == config.default_learning_rate for config in (before, after))
    return [name for name in names if not (usual and name == "learning_rate")]
