"""The network that this page's is compared with: it is chosen in the view, and in the address as ?other=12."""

from __future__ import annotations

import re

import streamlit as st

from mnist_core.data import MNIST
from mnist_core.errors import UserError
from mnist_core.runs.dataset_info import dataset_title
from mnist_core.text.words import capitalised
from pages.shared import services
from pages.shared.messages import show_warning
from pages.shared.network_picker import ChosenNetwork, network_of, networks_on_same_images
from pages.shared.synced_selectbox import synced_selectbox
from pages.visit import session
from pages.visit.language import _

OTHER = "other"
"""The name in the address of the other network: the number of its run, or "starter"."""
_KEY = "evaluate_other"


def choose_other_network(network: ChosenNetwork) -> ChosenNetwork | None:
    """Let people choose another network with the same test images; None if there is none."""
    others = {str(it.source): it for it in networks_on_same_images(network)}
    asked = session.view_in_address([OTHER]).get(OTHER, "")
    if asked and asked not in others and asked != str(network.source):
        _refuse(asked, network)
    if not others:
        st.caption(
            _(
                "No other network was tested on the same images yet. Train another one on the Train page, and compare "
                "the two here."
            )
        )
        return None
    remembered = next((it for it in (asked, session.get(_KEY, "")) if it in others), next(iter(others)))
    picked = synced_selectbox(
        _("Compare with"), list(others), remembered, key=_KEY, format_func=lambda name: others[name].label
    )
    session.put(_KEY, picked)
    session.put_view_in_address([OTHER], {OTHER: picked})
    return others[picked]


def _refuse(asked: str, network: ChosenNetwork) -> None:
    """Say why the network that the address asks for cannot be compared with this one."""
    if not re.fullmatch(r"[0-9]{1,9}|starter", asked):
        return
    try:
        other = network_of(None if asked == services.STARTER else int(asked))
    except UserError as error:
        show_warning(error, ":material/search_off:")
        return
    if other.run is None or other.run.id in services.store().with_network():
        theirs, ours = (dataset_title(MNIST if it.run is None else it.run.dataset) for it in (other, network))
        said = _(
            "{name} cannot be compared with {other}, which has other test images: {theirs} instead of {ours}.",
            name=capitalised(network.name),
            other=other.name,
            theirs=theirs,
            ours=ours,
        )
    else:
        said = _(
            "{name} cannot be compared with {other}, which has learned nothing yet.",
            name=capitalised(network.name),
            other=other.name,
        )
    show_warning(said, ":material/difference:")
