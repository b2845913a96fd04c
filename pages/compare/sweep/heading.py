"""What a sweep varies, and its state."""

from __future__ import annotations

import streamlit as st

from mnist_core.estimate import duration_in_words
from mnist_core.runs.run_records import SweepState
from mnist_core.runs.sweeps.records import Sweep
from mnist_core.search.options import Sampler
from mnist_core.sweeps.trials import Trial
from mnist_core.text.words import counted
from pages.shared.messages import show_error, show_info

COLOURS = {
    SweepState.ACTIVE: "blue",
    SweepState.PAUSED: "orange",
    SweepState.FINISHED: "green",
    SweepState.FAILED: "red",
    SweepState.DAMAGED: "red",
}
METHOD_WORDS = {
    Sampler.GRID: "Every combination",
    Sampler.RANDOM: "Random combinations",
    Sampler.TPE: "Combinations chosen by TPE",
}


def show_heading(sweep: Sweep, _trials: list[Trial]) -> None:
    words, colour = sweep.state.word, COLOURS.get(sweep.state, "gray")
    plan = sweep.plan
    st.markdown(f"## Sweep {sweep.id} :{colour}-badge[{words}]")
    parts = [f"{METHOD_WORDS[plan.sampler]} of {plan.space.describe()}"]
    parts.append(counted(plan.trials, "setting") + (f", {plan.seeds} seeds each" if plan.seeds > 1 else ""))
    if plan.limit_seconds is not None:
        parts.append(f"at most {duration_in_words(plan.limit_seconds)} of training")
    if plan.pruning:
        parts.append("hopeless ones are stopped early")
    if sweep.parent is not None:
        parts.append(f"all start from the weights of {sweep.parent.in_words}")
    st.caption(f"{'; '.join(parts)}. Based on: {plan.base.describe()}.")
    if sweep.state is SweepState.FAILED:
        show_error(sweep.message)
    elif sweep.message:
        show_info(sweep.message, ":material/timer:")
