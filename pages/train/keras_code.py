"""The lines of Keras beside the settings, and the switch that shows them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.config import TrainConfig
from mnist_core.export.keras_lines_by_setting import keras_lines
from pages.visit import session
from pages.visit.language import _

_SWITCH = "show_keras_lines"


def show_switch() -> None:
    """Draw the switch; the browser remembers it."""
    session.init_widget(_SWITCH, session.keras_lines_shown())
    st.toggle(
        _("Keras code"),
        key=_SWITCH,
        persist_state="session",
        on_change=_remember,
        help=_("Shows, under each setting, the lines of the exported script that use it."),
    )


def show_lines(config: TrainConfig, places: Mapping[str, DeltaGenerator]) -> None:
    """Put the lines of each setting into its place."""
    for name, lines in keras_lines(config).items():
        if lines and name in places:
            places[name].markdown("  \n".join(f":small[`{line}`]" for line in lines))


def _remember() -> None:
    session.show_keras_lines(bool(session.widget(_SWITCH, False)))
