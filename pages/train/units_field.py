"""The field for the units of each hidden layer, "256" or "256, 64", which keeps in step with that for their number."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from mnist_core.config import SETTINGS, ConfigError, TrainConfig, value_in_words
from mnist_core.config.hidden_layers import Units, layers_of
from mnist_core.text.numbers import parse_numbers
from pages.train.setting_widgets import key_of
from pages.visit import session

UNITS, LAYERS = key_of("hidden_units"), key_of("hidden_layers")
"""The keys of the two widgets."""


def units_field(label: str, help_text: str, fixed: bool) -> Any:
    """Draw the field and return its units; a text that is no units as it is, to be refused.

    It cannot be changed if it is `fixed`.
    """
    text = st.text_input(
        label,
        key=UNITS,
        autocomplete="off",
        persist_state="session",
        help=help_text,
        on_change=_follow_units,
        disabled=fixed,
    )
    with suppress(ValueError):
        return parse_numbers(text or "")
    return text


def follow_layers() -> None:
    """Set the units to those of as many layers as somebody has chosen, in a callback."""
    units, layers = _valid_units(), session.widget(LAYERS, TrainConfig().hidden_layers)
    with suppress(ConfigError):
        config = TrainConfig(hidden_units=units).with_changes(hidden_layers=layers)
        session.set_widget(UNITS, value_in_words(config.hidden_units))


def _follow_units() -> None:
    layers = session.widget(LAYERS, TrainConfig().hidden_layers)
    session.set_widget(LAYERS, layers_of(_valid_units(), layers))


def _valid_units() -> Units:
    """Return the units in the field; the usual ones if it has none."""
    with suppress(ValueError, ConfigError):
        units: Any = SETTINGS["hidden_units"].checked(parse_numbers(session.widget(UNITS, "")))
        return units
    return TrainConfig().hidden_units
