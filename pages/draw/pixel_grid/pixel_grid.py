"""A grid on which a digit can be painted cell by cell: with the arrow keys and the space bar, or with a pointer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.text.sentence import marked
from pages.components.javascript import joined_javascript
from pages.visit import session, visit_cache
from pages.visit.language import _

CELLS = 14
"""Cells across and down: few enough to walk by keyboard, each as wide as one of MNIST's strokes."""

CELL_PIXELS = 20

_LABEL = marked(
    "Grid: paint cell by cell. The arrow keys move, the space bar paints or erases a cell, and with Shift the arrow "
    "keys paint as they move."
)
_CELL = marked("Row {row}, column {column}")
_EMPTY = "0" * CELLS**2
_CELLS = re.compile(f"[01]{{{CELLS**2}}}")

_component = st.components.v2.component(
    "digits_grid",
    html='<div class="digits-grid"></div>',
    css=Path(__file__).with_name("pixel_grid.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("pixel_grid.js")),
)


def pixel_grid(key: str) -> NDArray[np.uint8]:
    """Draw the grid and its button Clear; return what is on it as a picture (280, 280), ink 255 on 0.

    Each painted cell reruns the script (or the fragment). It is kept over reloads and visits to other pages.
    """
    state: Any = session.widget(key, None)
    cells = session.get(key, None) or visit_cache.get(key, _EMPTY)
    if isinstance(state, Mapping):
        cells = _received(state.get("cells"), cells)
    session.put(key, cells)
    visit_cache.put(key, cells, size=len(cells))
    _component(
        key=key,
        data={"side": CELLS, "cells": cells, "clear": f"st-key-{key}_clear", "label": _(_LABEL), "cell": _(_CELL)},
        default={"cells": None},
        on_cells_change=lambda: None,
    )
    # The grid clears itself when this is pressed, see pixel_grid.js.
    st.button(_("Clear"), key=f"{key}_clear", icon=":material/delete:", width="stretch", disabled=cells == _EMPTY)
    painted = np.frombuffer(cells.encode(), dtype=np.uint8).reshape(CELLS, CELLS) == ord("1")
    return np.kron(painted, np.full((CELL_PIXELS, CELL_PIXELS), 255)).astype(np.uint8)


def _received(cells: Any, known: str) -> str:
    """Return the cells that a browser sent; the known ones if they are not valid."""
    return cells if isinstance(cells, str) and _CELLS.fullmatch(cells) else known
