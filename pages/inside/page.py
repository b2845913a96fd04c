"""The Inside page: what a network has learned, and what happens to one digit on its way through."""

import numpy as np
import streamlit as st

from pages.inside.one_digit import show_one_digit
from pages.inside.surgery import show_surgery
from pages.inside.units import show_units_of_layer
from pages.navigation import DRAW
from pages.shared.messages import show_warning, user_errors
from pages.shared.network_picker import choose_network
from pages.shared.next_step import NextStep, of_run, show_next_step
from pages.visit import session

VIEW = "view"
"""The name in the address of the view that is shown."""
VIEWS = {
    "digit": ("One digit", show_one_digit),
    "units": ("Units", show_units_of_layer),
    "surgery": ("Surgery", show_surgery),
}
"""The views by their names in the address: title, and what draws it."""

STYLE = """
.st-key-inside_head h1 { padding: 0; }
.st-key-inside_head { flex-wrap: nowrap; }
.st-key-inside_tiles [data-testid=stMetricValue] { font-size: 1.5rem; line-height: 1.3; }
"""


def choose_view() -> str:
    """Let people choose a view; it is in the address."""
    asked = session.view_in_address([VIEW]).get(VIEW, "")
    if asked in VIEWS and asked != session.get(VIEW, None):  # a link was followed
        session.set_widget(VIEW, asked)
    session.init_widget(VIEW, next(iter(VIEWS)))
    chosen = st.segmented_control(
        "View",
        list(VIEWS),
        required=True,
        format_func=lambda name: VIEWS[name][0],
        key=VIEW,
        persist_state="session",
        label_visibility="collapsed",
    )
    view = chosen or next(iter(VIEWS))
    session.put(VIEW, view)
    if asked or view != next(iter(VIEWS)):  # no entry in the browser's history for what is shown anyway
        session.put_view_in_address([VIEW], {VIEW: view})
    return view


st.html(f"<style>{STYLE}</style>")
with user_errors():
    with st.container(horizontal=True, vertical_alignment="bottom", key="inside_head"):
        st.title("Inside", width="content")
        network = choose_network()
    if not np.isfinite(network.test_probabilities).all():
        show_warning(
            "Some weights of this network are not finite numbers, so it cannot read anything.", ":material/error:"
        )
        st.stop()
    _, show = VIEWS[choose_view()]
    show(network)
    show_next_step(NextStep("Draw digits for it to read", DRAW, of_run(network.run)))
