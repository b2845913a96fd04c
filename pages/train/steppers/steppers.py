"""The component that lets plus and minus of some number fields go by factors: 64, 128, 256.

Streamlit's fields add the same step at every press. The listeners of this component come before them; where they do
not work, those of Streamlit still do.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from mnist_core.config import Number, NumberPerLayer
from pages.components.javascript import joined_javascript

_component = st.components.v2.component(
    "digits_steppers", js=joined_javascript(Path(__file__).with_name("steppers.js"))
)


def show_steppers(fields: Mapping[str, Number]) -> None:
    """Let the fields with these keys go by factors: whole numbers by two, fractions by about three.

    A text field, of a number for each layer, gets plus and minus.
    """
    data = {
        key: {"whole": it.whole, "low": it.low, "high": it.high, "several": isinstance(it, NumberPerLayer)}
        for key, it in fields.items()
    }
    _component(key="steppers", data=data, height=0)
