"""The buttons that pause, resume and cancel a sweep."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.sweeps.trials import Trial
from pages.shared import services
from pages.visit import session


def show_controls(sweep: Sweep, _trials: list[Trial]) -> None:
    if sweep.state.ended:
        return
    if sweep.owner != session.owner() and not session.at_server():
        st.caption("This is somebody else's sweep: you can watch it, but only they can control it.")
        return
    sweeps = services.sweeps()
    actions = {"Pause": sweeps.pause} if sweep.state is SweepState.ACTIVE else {"Resume": sweeps.resume}
    icons = {"Pause": ":material/pause:", "Resume": ":material/play_arrow:", "Cancel": ":material/close:"}
    with st.container(horizontal=True):
        for name, action in (actions | {"Cancel": sweeps.cancel}).items():
            if st.button(name, icon=icons[name], key=f"{name}_sweep_{sweep.id}"):
                action(sweep.id)
                st.rerun()
