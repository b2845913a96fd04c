"""How one setting of a run is said where there is little room, as in the legend of a chart."""

from __future__ import annotations

from mnist_core.config.declaration import Value
from mnist_core.config.settings import SETTINGS, TrainConfig
from mnist_core.text.words import counted

_NOUNS = {"hidden_units": "unit", "epochs": "epoch", "hidden_layers": "layer"}
_ABSENT = {"dropout": "no dropout", "augment": "not augmented", "validation_images": "no validation images"}


def short_label(name: str, value: Value) -> str:
    """Return a setting in a few words: "8 units", "3 layers", "batch size 16", "learning rate 0.1", "no dropout"."""
    if name in _NOUNS:
        return counted(int(value), _NOUNS[name])
    return _ABSENT[name] if not value and name in _ABSENT else SETTINGS[name].in_words(value)


def changed_settings(before: TrainConfig, after: TrainConfig) -> list[str]:
    """Return the names of the settings in which two runs differ.

    Where each has the usual learning rate of another optimizer, the optimizer is all that was changed.
    """
    names = [name for name in SETTINGS if getattr(before, name) != getattr(after, name)]
    usual = all(config.learning_rate == config.default_learning_rate for config in (before, after))
    return [name for name in names if not (usual and name == "learning_rate")]
