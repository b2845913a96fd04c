"""The Start page: a canvas with a network that reads, a button that trains one's own, and the steps through the app."""

import streamlit as st

from mnist_core.runs import Run
from pages.navigation import CLASS
from pages.shared import services
from pages.shared.drawing import live_answer
from pages.shared.drawing.canvas_input import canvas_with_tools
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork, starter_network
from pages.shared.next_step import show_next_step
from pages.start.last_runs import show_last_runs
from pages.start.steps import next_step, show_steps
from pages.start.train_your_own import show_train_your_own
from pages.visit import session
from pages.visit.language import _


def show_instructions() -> None:
    """Say what to do first."""
    st.header("Draw a digit from 0 to 9")
    st.markdown("A small neural network reads it while you draw.")


@st.fragment
def show_first_screen(choice: ChosenNetwork, runs: list[Run]) -> None:
    """Draw the canvas, and beside it the answer, the button to train one's own network, and the steps."""
    columns = live_answer.columns()
    with user_errors():
        with columns, st.container(key=live_answer.INPUT):
            digits = canvas_with_tools(choice.dataset)
        with columns:
            live_answer.show_answer(choice, digits, show_instructions, bars=False)
            show_train_your_own()
            show_steps(runs)


with st.container(key="start"), user_errors():
    st.title("Teach a neural network to read digits", anchor=False)
    runs = services.store().runs(session.owner())
    show_first_screen(starter_network(), runs)
    if own := [run for run in runs if run.sweep_id is None]:  # the many runs of sweeps have a page of their own
        show_last_runs(own)
    show_next_step(next_step(runs))
    st.page_link(CLASS.views[0].script, label=_("Hold or join a class"), icon=CLASS.icon, width="content")
