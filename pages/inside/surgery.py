"""Surgery: what a network still reads after an operation, and the result as a run of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import evaluation
from mnist_core.charts.confusion_matrix import confusion_heatmap
from mnist_core.config import TrainConfig
from mnist_core.evaluation.confusion_matrix import confusion_matrix
from mnist_core.evaluation.quick_test import SLIDER_BUDGET, quick_sample
from mnist_core.model.numpy_network import Network
from mnist_core.model.starter import starter
from mnist_core.runs import ImportedNetwork, Run, keep_network
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent
from pages.components.plot.plot import plot
from pages.inside.number_pictures import STYLE, grey_html
from pages.inside.operations import Operation, operations
from pages.inside.which_digit import choose_digit
from pages.shared import services
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork
from pages.visit import session

_OPERATION = "inside_operation"


class Answers(NamedTuple):
    """What the network reads in some test images before and after an operation: (n,) class numbers, and the labels."""

    labels: NDArray[np.uint8]
    before: NDArray[np.intp]
    after: NDArray[np.intp]


@st.fragment
def show_surgery(choice: ChosenNetwork) -> None:
    """Let people operate on the network, and show what it reads before and after."""
    known = {operation.name: operation for operation in operations(choice.network, choice.dataset)}
    if session.widget(_OPERATION, None) not in known:
        session.set_widget(_OPERATION, "Prune weights")
    name = st.segmented_control(
        "Operation", list(known), required=True, key=_OPERATION, persist_state="session", label_visibility="collapsed"
    )
    operation = known[name or "Prune weights"]
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.markdown(operation.look_at, help=operation.help)
        number = _choose_number(operation)
        changed = operation.apply(choice.network, number)
        answers = _answers(choice, changed)
        _show_tiles(answers)
        _show_one_digit(choice, changed)
        _keep(choice, changed, operation.done(number))
    with right:
        names = choice.dataset.class_names
        chart = confusion_heatmap(confusion_matrix(answers.labels, answers.after, len(names)), names)
        st.markdown("**What it confuses afterwards**", help="Rows are true classes, columns predicted ones.")
        plot(chart.figure, key="inside_confusions", summary=chart.summary, height="clamp(17rem, 100dvh - 22rem, 34rem)")


def _choose_number(operation: Operation) -> int:
    numbers = operation.numbers
    key = f"inside_{operation.name}_{len(numbers)}".replace(" ", "_")
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    if len(numbers) == 1:
        return numbers[0]
    session.init_widget(key, operation.first)
    return int(st.slider(operation.slider, numbers[0], numbers[-1], step=step, key=key, persist_state="session"))


def _answers(choice: ChosenNetwork, changed: Network) -> Answers:
    dataset = choice.dataset
    sample = quick_sample(changed, len(dataset.test_images), SLIDER_BUDGET)
    before, after = choice.test_probabilities[sample], changed.predict(dataset.test_images[sample])
    return Answers(dataset.test_labels[sample], before.argmax(axis=1), after.argmax(axis=1))


def _show_tiles(answers: Answers) -> None:
    """Show the accuracy before and after, and how many images were lost and gained."""
    right_before, right_after = answers.before == answers.labels, answers.after == answers.labels
    before, after = float(right_before.mean()), float(right_after.mean())
    with st.container(horizontal=True, key="inside_tiles"):
        st.metric("Test accuracy", f"{percent(before)} → {percent(after)}", width="content")
        lost, gained = int((right_before & ~right_after).sum()), int((~right_before & right_after).sum())
        st.metric("No longer read correctly", f"{lost:,}", width="content")
        st.metric("Newly read correctly", f"{gained:,}", width="content")
    st.caption(f"On {len(answers.labels):,} test images.")


def _show_one_digit(choice: ChosenNetwork, changed: Network) -> None:
    """Show what the network reads in one digit before and after."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        digit = choose_digit(choice)
        picture = grey_html(digit.image, "The digit")
        st.html(f'<style>{STYLE}</style><div style="width:4rem">{picture}</div>', width="content")
    before, after = (
        _reading(network.predict(digit.image[None])[0], choice.dataset.class_names)
        for network in (choice.network, changed)
    )
    st.markdown(f"In this digit it reads **{before}** → **{after}**")


def _reading(probabilities: NDArray[np.float32], names: Sequence[str]) -> str:
    """Return a class and its probability as Markdown."""
    best = int(probabilities.argmax())
    return f"{for_markdown(names[best])}, {percent(probabilities[best], 1)}"


def _keep(choice: ChosenNetwork, changed: Network, done: str) -> None:
    """Draw the button that keeps the changed network as a run and opens it on Draw."""
    if not st.button(
        "Keep it as a run, and draw against it",
        icon=":material/draw:",
        help="Adds a run with this network, which names the one that it was made from. That one stays as it is.",
    ):
        return
    with user_errors():
        dataset = choice.dataset
        score = evaluation.score(changed.predict(dataset.test_images), dataset.test_labels)
        parent = _name_of(choice.run)
        layers = None if changed.convolutions else changed.architecture
        notes = [f"It was made from {parent}: {done}."]
        found = ImportedNetwork(changed.to_bytes(), _settings_of(choice.run), score, layers, notes)
        run_id = keep_network(
            services.store(),
            found,
            f"{parent}, {done}",
            owner=session.owner(),
            nickname=session.nickname(),
            dataset=choice.dataset_sha256,
        )
    session.put("starter", False)
    session.select_run(run_id)
    st.switch_page("draw/page.py", query_params={"run": str(run_id)})


def _name_of(run: Run | None) -> str:
    return "the starter network" if run is None else f"run {run.id}"


def _settings_of(run: Run | None) -> TrainConfig:
    return starter().config if run is None else run.config
