"""The units of a layer from epoch to epoch: their pictures grow out of noise, and follow a run that trains."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from mnist_core.charts.figure import BLUE, ORANGE
from pages.components.epoch_player.epoch_player import PLAYER_CSS, player_html
from pages.components.javascript import joined_javascript
from pages.components.translated import translated_component
from pages.inside.unit_epochs.frames import WHAT, unit_epochs_address
from pages.shared.network_picker import ChosenNetwork
from pages.shared.stored_epochs import epoch_store, why_no_epochs


def _html() -> str:
    units = '<div class="shown" hidden><div class="units" role="list"></div></div>'
    return f'<p class="sentence"></p>{player_html()}{units}'


_component = translated_component(
    "digits_unit_epochs",
    _html,
    css=PLAYER_CSS + Path(__file__).with_name("unit_epochs.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("unit_epochs.js")),
)


def choose_epochs() -> bool:
    """Let people see units from epoch to epoch in place of those of the newest network; return whether they do."""
    return st.toggle(
        "Through the epochs",
        key="inside_unit_epochs",
        persist_state="session",
        help="The same units in the same order, by the weights stored after each epoch, or after 32 of them. All "
        "pictures of a unit have the same colour scale, so that you see its weights grow. The numbers are measured on "
        "up to 2,000 test images.",
    )


def show_unit_epochs(choice: ChosenNetwork, layer: int, units: Sequence[int]) -> None:
    """Show units of a hidden layer from epoch to epoch."""
    run = choice.run
    if run is None or (run.imported and not epoch_store().with_network(run.id)):
        st.info(why_no_epochs(run, WHAT), icon=":material/info:")
        return
    data = {"address": unit_epochs_address(run.id, layer, units), "colours": {"above": BLUE, "below": ORANGE}}
    _component()(key=f"unit_epochs_{run.id}", data=data)
