"""Draw: draw a digit, and see what a network makes of it."""

from __future__ import annotations

import random
from html import escape
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import charts
from mnist_core.data import Dataset
from mnist_core.drawing import NothingDrawn, has_ink_of_a_digit, to_mnist
from pages.shared import canvas, session
from pages.shared.gallery import gallery, sprite_url
from pages.shared.plot import plot
from pages.shared.sheet import SIDE, Drawing
from pages.shared.teach import teach
from pages.shared.widgets import Choice, choose_network, user_errors

BRUSHES = {"Thin": 10, "Medium": 18, "Thick": 28}  # pixels of the canvas
DRAWING, TEST_IMAGE = "Your drawing", "A test image"
INDEX = "draw_test_image"
UNSURE = 0.8  # on real pen digits the first guess is right about half the time below it, 19 times in 20 above it

STYLE = """
:has(> .st-key-draw_answer) { min-width: min(20rem, 100%); }  /* else it goes below the canvas */
@media (hover: none) { .st-key-draw_undo kbd { display: none; } }  /* Ctrl + Z is for those with a keyboard */
.answer { display: flex; align-items: center; gap: 1rem; }
.answer b { font-size: 5rem; line-height: 1; font-weight: 600; }
.answer div { flex: 1; }
.answer p { margin: 0; line-height: 1.5; }
.answer p:first-child { font-size: 1.25rem; font-weight: 600; line-height: 1.3; }
.answer figure { margin: 0; width: 7rem; text-align: center; font-size: 0.8125rem; line-height: 1.25; }
.answer img { width: 100%; image-rendering: pixelated; border-radius: 4px; margin-bottom: 0.25rem; }
"""


class Digit(NamedTuple):
    """What is to be read."""

    image: NDArray[np.float32]  # (28, 28) in [0, 1]
    legible: bool = True  # whether it has about as much ink as a digit
    label: int | None = None  # what it is, where that is known


def drawn_digit() -> Digit | None:
    """Draw the canvas and its tools; return what is on it, or None if that is nothing."""
    stage, tools = st.container(), st.container(horizontal=True)
    brush = choose_brush()
    with stage:
        drawing = canvas.canvas("draw", brush)
    with tools:
        take_back(drawing)
    try:
        image = to_mnist(drawing.pixels, drawing.pen) if drawing.strokes else None
    except NothingDrawn:
        image = None
    return None if image is None else Digit(image, has_ink_of_a_digit(image))


def choose_brush() -> int:
    """Let people choose a brush; return its width in pixels."""
    name = st.segmented_control(
        "Brush size",
        list(BRUSHES),
        default="Medium",
        required=True,
        persist_state="session",
        key="draw_brush",
        width="stretch",
        label_visibility="collapsed",
    )
    return BRUSHES[name]


def take_back(drawing: Drawing) -> None:
    """Draw the buttons Undo and Clear."""
    st.button(
        "Undo",
        key="draw_undo",
        icon=":material/undo:",
        shortcut="Mod+Z",
        width="stretch",
        on_click=canvas.undo,
        args=("draw",),
        disabled=not canvas.can_undo("draw"),
    )
    st.button(
        "Clear",
        key="draw_clear",
        icon=":material/delete:",
        width="stretch",
        on_click=canvas.clear,
        args=("draw",),
        disabled=not drawing.strokes,
    )


def test_digit(data: Dataset) -> Digit:
    """Let people choose an image of the test set, and show it."""
    last = len(data.test_images) - 1
    index = st.number_input(f"Index of the test image, 0 to {last:,}", 0, last, persist_state="session", key=INDEX)
    st.button("Another one", icon=":material/casino:", on_click=pick_test_image, args=(last,), width="stretch")
    image, label = data.test_images[index], int(data.test_labels[index])
    gallery(image[None], [""], [f"Test image {index}, a {data.class_names[label]}"], size=SIDE)
    return Digit((image / 255).astype(np.float32), label=label)


def pick_test_image(last: int) -> None:
    """Choose a test image at random."""
    session.set_widget(INDEX, random.randint(0, last))  # noqa: S311 - chance is enough


def invite() -> None:
    """Say what to do while there is nothing to read."""
    st.subheader("Draw a digit from 0 to 9")
    st.markdown(
        "Use the black square and the mouse, a finger or a pen. Draw as large as you like. What the network reads "
        "appears here each time you lift the pen. If you cannot draw, choose **A test image** below."
    )


def show_answer(choice: Choice, digit: Digit) -> None:
    """Show what the network reads: the digit, how sure it is, all ten probabilities, and what it was shown."""
    names = choice.dataset.class_names
    probabilities = choice.network.predict(digit.image[None])[0]
    sign, sentences = verdict(probabilities, names, digit)
    lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    st.html(
        f'<div class="answer" role="status"><b aria-hidden="true">{escape(sign)}</b>'
        f"<div>{lines}</div>{picture_html(digit.image)}</div>"
    )
    chart = charts.probability_bars(probabilities, names)
    plot(chart.figure, key="draw_bars", summary=chart.summary, height=240)
    if digit.label is None:
        teach(digit.image, int(probabilities.argmax()), names)


def verdict(probabilities: NDArray[np.float32], names: tuple[str, ...], digit: Digit) -> tuple[str, list[str]]:
    """Return the answer as one large sign, and in sentences that say how sure the network is."""
    first, second = (int(index) for index in np.argsort(-probabilities, kind="stable")[:2])
    if not digit.legible:
        sign, sentences = "?", ["This is hardly a digit.", f"If I had to guess: a {names[first]}."]
    elif probabilities[first] < UNSURE:
        sign, sentences = f"{names[first]}?", [f"I am not sure: a {names[first]} or a {names[second]}?"]
    else:
        sign, sentences = names[first], [f"I read a {names[first]}."]
    sentences.append(f"Confidence: {charts.percent(probabilities[first])}")
    sentences.append(f"Runner-up: {names[second]}, {charts.percent(probabilities[second])}")
    if digit.label is not None:
        sentences.append(f"The label says {names[digit.label]}: {'right' if digit.label == first else 'wrong'}.")
    return sign, sentences


def picture_html(image: NDArray[np.float32]) -> str:
    """Return the network's 28×28 pixels (in [0, 1]) as a picture with a caption."""
    url = sprite_url(np.rint(image[None] * 255).astype(np.uint8))
    alternative = "The digit as 28 by 28 grey pixels, fitted and centred as in MNIST"
    return f'<figure><img src="{url}" alt="{alternative}"><figcaption>What the network sees</figcaption></figure>'


@st.fragment
def play(choice: Choice) -> None:
    """Show the canvas (or a test image) and, beside or below it, what the network reads."""
    st.html(f"<style>{STYLE}</style>")
    row = st.container(horizontal=True, gap="medium")
    source = st.segmented_control(
        "What to read",
        [DRAWING, TEST_IMAGE],
        default=DRAWING,
        required=True,
        persist_state="session",
        key="draw_source",
    )
    with user_errors():
        with row, st.container(width=SIDE):
            digit = drawn_digit() if source == DRAWING else test_digit(choice.dataset)
        with row, st.container(key="draw_answer"):
            if digit is None:
                invite()
            else:
                show_answer(choice, digit)


st.title("Draw")
stage = st.container()  # first, so that on a phone the canvas is what one sees
with user_errors():
    choice = choose_network()
    with stage:
        play(choice)
