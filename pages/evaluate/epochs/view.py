"""The view of the epochs: matrix and images after each epoch of a run, to be played, and followed while it trains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.epoch_player.epoch_player import PLAYER_CSS, PLAYER_HTML
from pages.components.javascript import joined_javascript
from pages.evaluate.epochs.frames import WHAT, epochs_address
from pages.evaluate.one_image import open_image
from pages.shared.network_picker import ChosenNetwork
from pages.shared.stored_epochs import epoch_store, why_no_epochs

GROUPS = {
    "misread": "Misread",
    "learned": "Learned",
    "forgotten": "Forgotten",
    "first": "First time right",
    "never": "Never right so far",
}
"""The kinds of images of an epoch, by their names in a frame."""

_BUTTONS = "".join(
    f'<button type="button" data-group="{name}" aria-pressed="false">{title} <b></b></button>'
    for name, title in GROUPS.items()
)
_HTML = f"""
<p class="sentence"></p>
{PLAYER_HTML}
<div class="shown" hidden>
  <div class="parts">
    <div class="matrix" role="region" aria-label="Confusion matrix after the epoch" tabindex="0"><table></table></div>
    <div class="images">
      <div class="groups" role="group" aria-label="Which images are shown">{_BUTTONS}</div>
      <p class="about"></p>
      <div class="tiles"></div>
    </div>
  </div>
  <figure class="first">
    <figcaption></figcaption>
    <div class="bars" aria-hidden="true"></div>
  </figure>
</div>
"""

_component = st.components.v2.component(
    "digits_epochs",
    html=_HTML,
    css=PLAYER_CSS + Path(__file__).with_name("epochs.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("epochs.js")),
)


@st.fragment
def show_epochs(choice: ChosenNetwork) -> None:
    """Show how the test images were read after each epoch; an image opens when it is pressed."""
    run = choice.run
    st.header(
        "From epoch to epoch",
        help="At the end of each epoch, the worker stores the class and the confidence of each test image. **Learned** "
        "images were misread after the epoch before and are read correctly now; **forgotten** ones are the opposite. "
        "In the matrix, rows are true classes and columns predicted ones. An image that is pressed opens with what the "
        "newest network reads in it.",
    )
    if run is None or (run.imported and not epoch_store().predicted(run.id)):
        st.info(why_no_epochs(run, WHAT), icon=":material/info:")
        return
    result: Any = _component(
        key=f"epochs_{run.id}", data={"address": epochs_address(run.id)}, on_opened_change=lambda: None
    )
    number = result.opened
    if isinstance(number, int) and 0 <= number < len(choice.dataset.test_images):  # browsers may send anything
        open_image(choice, [number], number)
