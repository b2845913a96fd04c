"""The way through the app in six steps, in the order of the notebook, with those ticked that this browser has done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from mnist_core.runs import Run
from pages.navigation import COMPARE, DATA, DRAW, EVALUATE, TRAIN, Place, visited
from pages.shared.next_step import NextStep, of_run

Runs = Sequence[Run]


class Step(NamedTuple):
    """A step through the app: what to do, where, and whether the browser with these runs has done it."""

    label: str
    place: Place
    is_done: Callable[[Runs], bool]


def _of_several_settings(runs: Runs) -> bool:
    """Whether some of the runs differ in more than the seed."""
    return len({replace(run.config, seed=0) for run in runs}) > 1


STEPS = (
    Step("Look at the images", DATA, lambda _: visited(DATA)),
    Step("Train a network", TRAIN, bool),
    Step("Evaluate it: its accuracy and what it confuses", EVALUATE, lambda _: visited(EVALUATE)),
    Step("Draw digits for it to read", DRAW, lambda _: visited(DRAW)),
    Step("Change one thing, and train again", TRAIN, _of_several_settings),
    Step("Compare your runs", COMPARE, lambda _: visited(COMPARE)),
)


def next_step(runs: Runs) -> NextStep:
    """Return the first step that is not done, with the newest run where a network is needed."""
    step = next((it for it in STEPS if not it.is_done(runs)), STEPS[-1])
    takes_run = runs and step.place in (EVALUATE, DRAW)
    return NextStep(step.label, step.place, of_run(runs[0]) if takes_run else {})


def show_steps(runs: Runs) -> None:
    """Draw the steps, each as a link to its page, ticked where the browser with these runs has done it."""
    with st.container(key="way", gap="xxsmall"):
        st.markdown("## The way through the app")
        for number, step in enumerate(STEPS, 1):
            done = step.is_done(runs)
            st.page_link(
                step.place.views[0].script,
                label=f"{number}. {step.label}" + (" (done)" if done else ""),
                icon=":material/check_circle:" if done else ":material/radio_button_unchecked:",
            )
