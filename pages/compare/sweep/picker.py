"""Choosing a sweep, and what it is called."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.text.escape import clean
from pages.shared import services
from pages.shared.synced_selectbox import synced_selectbox
from pages.visit import session


def choose_sweep() -> Sweep | None:
    """Let people choose a sweep: the address's, else the one last looked at, else the newest; their own come first."""
    known = services.sweeps().sweeps()
    by_id = {it.id: it for it in sorted(known, key=lambda it: (it.owner != session.owner(), -it.id))}
    asked = session.sweep_in_address()
    if asked is not None and asked not in by_id:
        st.warning(f"There is no sweep {asked}. Choose one of these.", icon=":material/search_off:")
    if not by_id:
        return None
    ids = list(by_id)
    first = next((it for it in (asked, session.get("sweep", None)) if it in by_id), ids[0])
    chosen = synced_selectbox("Sweep", ids, first, key="sweep_chosen", format_func=lambda it: title(by_id[it]))
    session.select_sweep(chosen)
    return by_id[chosen]


def title(sweep: Sweep) -> str:
    by = f" · {clean(sweep.nickname)}" if sweep.nickname and sweep.owner != session.owner() else ""
    return f"Sweep {sweep.id}: {clean(sweep.name or _subject(sweep))}{by}"


def _subject(sweep: Sweep) -> str:
    return "damaged" if sweep.state is SweepState.DAMAGED else sweep.plan.space.describe()
