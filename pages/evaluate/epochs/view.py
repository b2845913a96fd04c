"""The view of the epochs: matrix and images after each epoch of a run, to be played, and followed while it trains."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.text.sentence import marked
from pages.components.epoch_player.epoch_player import PLAYER_CSS, player_html
from pages.components.javascript import joined_javascript
from pages.components.translated import translated_component
from pages.evaluate.epochs.frames import WHAT, epochs_address
from pages.evaluate.one_image import open_image
from pages.shared.network_picker import ChosenNetwork
from pages.shared.stored_epochs import epoch_store, why_no_epochs
from pages.visit.language import _

GROUPS = {
    "misread": marked("Misread"),
    "learned": marked("Learned"),
    "forgotten": marked("Forgotten"),
    "first": marked("First time right"),
    "never": marked("Never right so far"),
}
"""The kinds of images of an epoch, by their names in a frame."""


def _html() -> str:
    matrix, kinds = escape(_("Confusion matrix after the epoch")), escape(_("Which images are shown"))
    buttons = "".join(
        f'<button type="button" data-group="{name}" aria-pressed="false">{escape(_(title))} <b></b></button>'
        for name, title in GROUPS.items()
    )
    return f"""
<p class="sentence"></p>
{player_html()}
<div class="shown" hidden>
  <div class="parts">
    <div class="matrix" role="region" aria-label="{matrix}" tabindex="0"><table></table></div>
    <div class="images">
      <div class="groups" role="group" aria-label="{kinds}">{buttons}</div>
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


_component = translated_component(
    "digits_epochs",
    _html,
    css=PLAYER_CSS + Path(__file__).with_name("epochs.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("epochs.js")),
)


@st.fragment
def show_epochs(choice: ChosenNetwork) -> None:
    """Show how the test images were read after each epoch; an image opens when it is pressed."""
    run = choice.run
    st.header(
        _("From epoch to epoch"),
        help=_(
            "At the end of each epoch, the worker stores the class and the confidence of each test image. **Learned** "
            "images were misread after the epoch before and are read correctly now; **forgotten** ones are the "
            "opposite. In the matrix, rows are true classes and columns predicted ones. An image that is pressed opens "
            "with what the newest network reads in it."
        )
        + " "
        + _(
            "Source: Toneva et al., An empirical study of example forgetting during deep neural network learning, 2019."
        ),
    )
    if run is None or (run.imported and not epoch_store().predicted(run.id)):
        st.info(why_no_epochs(run, WHAT), icon=":material/info:")
        return
    result: Any = _component()(
        key=f"epochs_{run.id}", data={"address": epochs_address(run.id)}, on_opened_change=lambda: None
    )
    number = result.opened
    if isinstance(number, int) and 0 <= number < len(choice.dataset.test_images):  # browsers may send anything
        open_image(choice, [number], number)
