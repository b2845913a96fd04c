"""The Inside page: what a network has learned, and what happens to one digit on its way through."""

import numpy as np
import streamlit as st

from pages.inside.image_map import ADDRESS, show_map
from pages.inside.one_digit import show_one_digit
from pages.inside.surgery import show_surgery
from pages.inside.units import show_units_of_layer
from pages.navigation import DRAW
from pages.shared.follow_training import follow_training
from pages.shared.inside_link import starter_if_address_names_no_run
from pages.shared.messages import show_warning, user_errors
from pages.shared.network_picker import choose_network
from pages.shared.next_step import NextStep, of_run, show_next_step
from pages.shared.view_choice import PageView, choose_view

VIEWS = {
    "digit": PageView("One digit", show_one_digit),
    "units": PageView("Units", show_units_of_layer),
    "surgery": PageView("Surgery", show_surgery),
    "map": PageView("Map", show_map, ADDRESS),
}
"""The views by their names in the address."""

STYLE = """
.st-key-inside_head h1 { padding: 0; }
.st-key-inside_head { flex-wrap: nowrap; }
.st-key-inside_tiles [data-testid=stMetricValue] { font-size: 1.5rem; line-height: 1.3; }
"""


st.html(f"<style>{STYLE}</style>")
with user_errors():
    head = st.container(horizontal=True, vertical_alignment="bottom", key="inside_head")
    said = st.container()  # below, with room for a sentence
    with head:
        st.title("Inside", width="content")
        starter_if_address_names_no_run()
        network = choose_network(said)
    follow_training(network)
    if not np.isfinite(network.test_probabilities).all():
        show_warning(
            "Some weights of this network are not finite numbers, so it cannot read anything.", ":material/error:"
        )
        st.stop()
    choose_view(VIEWS, key="inside_view").show(network)
    show_next_step(NextStep("Draw digits for it to read", DRAW, of_run(network.run)))
