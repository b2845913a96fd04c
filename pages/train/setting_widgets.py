"""The widgets of settings: their keys, and their values, which are those of the settings but for the units."""

from __future__ import annotations

from mnist_core.config import NumberPerLayer, Setting, Value, value_in_words


def key_of(name: str) -> str:
    """Return the key of the widget of a setting."""
    return f"setting_{name}"


def in_widget(setting: Setting, value: Value) -> Value:
    """Return a value as the widget of a setting holds it."""
    return value_in_words(value) if isinstance(setting.kind, NumberPerLayer) else value
