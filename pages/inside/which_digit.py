"""Which digit is followed through the network: a test or training image, or a picture that was opened elsewhere."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import evaluation
from pages.shared.inside_link import DRAWING, IMAGE, TRAINING, remembered_drawing
from pages.shared.network_picker import ChosenNetwork
from pages.shared.view_choice import VIEW
from pages.visit import session

TEST_IMAGE = "Test image"
TRAINING_IMAGE = "Training image"
OTHER_PICTURE = "Other picture"
"""A drawing, or what else no dataset has: the last one that was followed from another page."""
_SOURCE = "inside_source"


class FollowedDigit(NamedTuple):
    """A digit (28, 28) in [0, 1] as networks take it.

    `number` and `label` are those of an image of the dataset, one of its training images if `learned`; else None.
    """

    image: NDArray[np.float32]
    number: int | None = None
    label: int | None = None
    learned: bool = False


def choose_digit(choice: ChosenNetwork) -> FollowedDigit:
    """Let people choose an image or the last picture from another page; it is in the address, for links."""
    drawing = remembered_drawing()
    asked = session.view_in_address([IMAGE]).get(IMAGE, "")
    if asked and asked != session.get(IMAGE, None):  # a link was followed
        _follow(asked, choice)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = _choose_source([TEST_IMAGE, TRAINING_IMAGE, *([] if drawing is None else [OTHER_PICTURE])])
        if source == OTHER_PICTURE and drawing is not None:
            _remember(DRAWING)
            return FollowedDigit(drawing)
        learned = source == TRAINING_IMAGE
        number = _choose_number(choice, learned)
    if asked or learned or number != _first_to_show(choice):  # no entry in the browser's history for what is shown
        _remember(f"{TRAINING}{number}" if learned else str(number))
    images, labels = choice.dataset.split("train" if learned else "test")
    return FollowedDigit((images[number] / 255).astype(np.float32), number, int(labels[number]), learned)


def follow_test_image(number: int) -> None:
    """Turn from another view of the page to the steps of a test image, with an entry in the browser's history."""
    session.put_view_in_address([VIEW, IMAGE], {VIEW: "digit", IMAGE: str(number)})
    st.rerun()


def _follow(asked: str, choice: ChosenNetwork) -> None:
    """Set the choice to what an address asks for."""
    learned = asked.startswith(TRAINING)
    number = asked.removeprefix(TRAINING)
    if asked == DRAWING:
        session.set_widget(_SOURCE, OTHER_PICTURE)
    elif number.isdecimal():
        session.set_widget(_SOURCE, TRAINING_IMAGE if learned else TEST_IMAGE)
        session.set_widget(_key(choice, learned), min(int(number[:9]), _count(choice, learned) - 1))


def _choose_source(sources: list[str]) -> str:
    session.init_widget(_SOURCE, TEST_IMAGE)
    if session.widget(_SOURCE, TEST_IMAGE) not in sources:  # the drawing has gone
        session.set_widget(_SOURCE, TEST_IMAGE)
    chosen = st.segmented_control("Digit", sources, required=True, key=_SOURCE, persist_state="session")
    return str(chosen or TEST_IMAGE)


def _choose_number(choice: ChosenNetwork, learned: bool) -> int:
    """Let people choose an image by its number; of the test images, at first the most confident misprediction."""
    key, count = _key(choice, learned), _count(choice, learned)
    session.init_widget(key, 0 if learned else _first_to_show(choice))
    links = "Draw links to those most similar to a drawing" if learned else "Evaluate links to each misprediction"
    number = st.number_input(
        "Number", 0, count - 1, key=key, persist_state="session", width=160, help=f"From 0 to {count - 1:,}. {links}."
    )
    return int(number)


def _key(choice: ChosenNetwork, learned: bool) -> str:
    return f"inside_{'training_' if learned else ''}image_{choice.dataset_sha256[:8]}"


def _count(choice: ChosenNetwork, learned: bool) -> int:
    return len(choice.dataset.train_images if learned else choice.dataset.test_images)


def _first_to_show(choice: ChosenNetwork) -> int:
    wrong = evaluation.mispredictions(choice.test_probabilities, choice.dataset.test_labels).indices
    return int(wrong[0]) if len(wrong) else 0


def _remember(image: str) -> None:
    session.put(IMAGE, image)
    session.put_view_in_address([IMAGE], {IMAGE: image})
