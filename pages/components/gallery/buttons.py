"""A gallery whose images can be opened: each is a button."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.components.gallery.gallery import grid_html
from pages.components.gallery.gallery_columns import Layout
from pages.components.javascript import joined_javascript

_CSS = """
.digits-buttons { max-height: var(--digits-max-height, none); overflow: hidden auto;
    padding: 4px; margin: -4px; }  /* room for the frame of the focus */
.digits-buttons button { cursor: pointer; }
.digits-buttons button:hover { box-shadow: 0 0 0 2px var(--st-primary-color); }
.digits-buttons button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
"""

_component = st.components.v2.component(
    "digits_gallery_buttons",
    html='<div class="digits-buttons"></div>',
    css=_CSS,
    js=joined_javascript(Path(__file__).with_name("buttons.js")),
    isolate_styles=False,  # a dialog that closes gives the focus back to a button, but not into a shadow root
)


def gallery_of_buttons(
    images: NDArray[np.uint8],
    captions: Sequence[str],
    labels: Sequence[str],
    numbers: Sequence[int],
    layout: Layout,
    *,
    key: str,
) -> int | None:
    """Show images as `gallery` does, each as a button; return the number of the one that was just pressed.

    `numbers` (n,) tell the images apart. A press reruns the script, or the fragment; in later reruns it is None again.
    Where the page sets the CSS variable --digits-max-height, what is higher scrolls. Raises `ValueError` if the
    arguments differ in length.
    """
    return press_in(grid_html(images, captions, labels, layout, numbers), numbers, key=key)


def press_in(html: str, numbers: Sequence[int], *, key: str) -> int | None:
    """Show HTML whose buttons each have one of `numbers` as data-number; return that of the one just pressed."""
    result: Any = _component(key=key, data={"html": html}, on_click_change=lambda: None)
    return next((number for number in numbers if number == result.click), None)  # browsers may send anything
