"""The settings in one line, which folds and unfolds them where they are above the run: on a phone."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from mnist_core.config import SETTINGS, TrainConfig
from mnist_core.runs import Parent
from pages.components.javascript import joined_javascript
from pages.train.fill_in_settings import times_filled_in
from pages.visit import session
from pages.visit.language import _

_component = st.components.v2.component(
    "digits_settings_line",
    html='<button type="button"><span></span></button>',
    css=Path(__file__).with_name("settings_line.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("settings_line.js")),
)


def show_settings_line(config: TrainConfig | None, run_id: int | None, parent: Parent | None = None) -> None:
    """Draw the line; page.css shows it where the room is narrow. Settings of None are refused ones.

    Each run that the page begins to show folds the settings and is scrolled into view. What fills the folded settings
    in, such as a link or a hint, unfolds them.
    """
    text = in_one_line(config, parent) if config is not None else _("A setting is not valid")
    data = {"text": text, "run": run_id, "linked": _are_in_address(), "filledIn": times_filled_in()}
    _component(key="settings_in_one_line", data=data)


def fold_at_first() -> None:
    """Tell page.css whether the settings are folded until the browser has the code of the line, which decides then."""
    folded = session.run_in_address() is not None and not _are_in_address()
    with st.container(key="folded_at_first" if folded else "open_at_first"):
        st.empty()


def _are_in_address() -> bool:
    """Whether the address asks for settings, which are to be seen."""
    return bool(session.settings_in_address()) or session.parent_in_address() is not None


def in_one_line(config: TrainConfig, parent: Parent | None = None) -> str:
    """Return the settings that people look for first: "256 units · 5 epochs · batch 128 · rmsprop"."""
    units, epochs = (SETTINGS[name].in_words(getattr(config, name)) for name in ("hidden_units", "epochs"))
    batch = SETTINGS["batch_size"].in_words(config.batch_size)
    start = [_("continues {title}", title=_(parent.title))] if parent else []
    return " · ".join([*start, *map(_, (units, epochs, batch)), config.optimizer])
