"""What networks read in the drawings of a class, from a cache: each drawing is read once by a network."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Drawings
from pages.shared import services


def class_readings(
    set_id: int, source: int | str = services.STARTER, drawings: Drawings | None = None
) -> dict[int, int]:
    """Return the class that a network reads in each drawing of a set, by the drawing's number.

    `drawings` are all of the set, if they are at hand. Those that are removed stay in what is returned. Raises what
    reading the network raises.
    """
    of = services.network(source)
    known = _known(services.store().url, set_id, of.source, of.step)
    there = [it.id for it in services.handwriting().labels(set_id)] if drawings is None else drawings.ids
    missing = [number for number in there if number not in known]
    if missing:
        if drawings is None:
            new = services.handwriting().drawings(set_id, after=min(missing) - 1)
        else:
            new = drawings.of([number not in known for number in there])
        if len(new):
            known.update(zip(new.ids, of.network.predict(new.images).argmax(axis=1).tolist(), strict=True))
    return known


@st.cache_resource(max_entries=64, show_spinner=False)
def _known(_url: str, set_id: int, source: int | str, step: int) -> dict[int, int]:
    """Return the readings of a network so far, which all visits share and add to."""
    return {}
