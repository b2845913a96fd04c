"""A grid on which a digit can be painted cell by cell: with the arrow keys and the space bar, or with a pointer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.shared import memory, session

CELLS = 14
"""Cells across and down: few enough to walk by keyboard, each as wide as one of MNIST's strokes."""

CELL_PIXELS = 20

_EMPTY = "0" * CELLS**2
_CELLS = re.compile(f"[01]{{{CELLS**2}}}")

_component = st.components.v2.component(
    "digits_grid",
    html='<div class="digits-grid"></div>',
    css=Path(__file__).with_name("grid.css").read_text(encoding="utf-8"),
    js=Path(__file__).with_name("grid.js").read_text(encoding="utf-8"),
)


def grid(key: str) -> NDArray[np.uint8]:
    """Draw the grid and its button Clear; return what is on it as a picture (280, 280), ink 255 on 0.

    Each painted cell reruns the script (or the fragment). It is kept over reloads and visits to other pages.
    """
    state: Any = session.widget(key, None)
    number, cells = known = session.get(key, None) or (0, memory.recall(key, _EMPTY))
    if isinstance(state, Mapping):
        number, cells = _received(state.get("cells"), known)
    _keep(key, number, cells)
    _component(
        key=key,
        data={"side": CELLS, "cells": cells, "number": number, "clear": f"st-key-{key}_clear"},
        default={"cells": None},
        on_cells_change=lambda: None,
    )
    st.button(
        "Clear",
        key=f"{key}_clear",
        icon=":material/delete:",
        width="stretch",
        on_click=_clear,
        args=(key,),
        disabled=cells == _EMPTY,
    )
    painted = np.frombuffer(cells.encode(), dtype=np.uint8).reshape(CELLS, CELLS) == ord("1")
    return np.kron(painted, np.full((CELL_PIXELS, CELL_PIXELS), 255)).astype(np.uint8)


def _received(value: Any, known: tuple[int, str]) -> tuple[int, str]:
    """Return the number of the sheet and the cells that a browser sent; what is known, if that is late or bad."""
    if not isinstance(value, Mapping) or value.get("number") != known[0]:
        return known
    cells = value.get("painted")
    return (known[0], cells) if isinstance(cells, str) and _CELLS.fullmatch(cells) else known


def _clear(key: str) -> None:
    _keep(key, session.get(key, (0, _EMPTY))[0] + 1, _EMPTY)


def _keep(key: str, number: int, cells: str) -> None:
    session.put(key, (number, cells))
    memory.keep(key, cells, size=len(cells))
