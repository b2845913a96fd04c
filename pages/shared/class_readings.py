"""What networks read in the drawings of a class, from a cache: each drawing is read once by a network."""

from __future__ import annotations

import streamlit as st

from pages.shared import services


def class_readings(set_id: int, source: int | str = services.STARTER) -> dict[int, int]:
    """Return the class that a network reads in each drawing of a set, by the drawing's number.

    Drawings that are removed stay in it. Raises what reading the network raises.
    """
    of = services.network(source)
    known = _known(services.store().url, set_id, of.source, of.step)
    missing = [it.id for it in services.handwriting().labels(set_id) if it.id not in known]
    if missing:
        drawn = services.handwriting().drawings(set_id, after=min(missing) - 1)
        if len(drawn):
            known.update(zip(drawn.ids, of.network.predict(drawn.images).argmax(axis=1).tolist(), strict=True))
    return known


@st.cache_resource(max_entries=64, show_spinner=False)
def _known(_url: str, set_id: int, source: int | str, step: int) -> dict[int, int]:
    """Return the readings of a network so far, which all visits share and add to."""
    return {}
