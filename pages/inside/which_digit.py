"""Which digit is followed through the network: a test image, or the one that Draw has read last."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import evaluation
from pages.shared.inside_link import DRAWING, IMAGE, remembered_drawing
from pages.shared.network_picker import ChosenNetwork
from pages.visit import session

TEST_IMAGE = "Test image"
FROM_DRAW = "Digit from Draw"
_SOURCE = "inside_source"


class FollowedDigit(NamedTuple):
    """A digit (28, 28) in [0, 1] as networks take it; `number` and `label` are those of a test image, else None."""

    image: NDArray[np.float32]
    number: int | None = None
    label: int | None = None


def choose_digit(choice: ChosenNetwork) -> FollowedDigit:
    """Let people choose a test image or the last digit of Draw; it is in the address, so that a link shows the same."""
    drawing = remembered_drawing()
    asked = session.view_in_address([IMAGE]).get(IMAGE, "")
    if drawing is not None:
        session.init_widget(_SOURCE, FROM_DRAW if asked == DRAWING else TEST_IMAGE)
        if asked and asked != session.get(IMAGE, None):  # a link was followed
            session.set_widget(_SOURCE, FROM_DRAW if asked == DRAWING else TEST_IMAGE)
        source = st.segmented_control(
            "Digit", [TEST_IMAGE, FROM_DRAW], required=True, key=_SOURCE, persist_state="session"
        )
        if source == FROM_DRAW:
            _remember(DRAWING)
            return FollowedDigit(drawing)
    number = _choose_number(choice, asked)
    if asked or number != _first_to_show(choice):  # no entry in the browser's history for what is shown anyway
        _remember(str(number))
    images, labels = choice.dataset.test_images, choice.dataset.test_labels
    return FollowedDigit((images[number] / 255).astype(np.float32), number, int(labels[number]))


def _choose_number(choice: ChosenNetwork, asked: str) -> int:
    """Let people choose a test image by its number, at first the most confident misprediction."""
    count = len(choice.dataset.test_images)
    key = f"inside_image_{choice.dataset_sha256[:8]}"
    if asked.isdecimal() and asked != session.get(IMAGE, None):  # a link was followed
        session.set_widget(key, min(int(asked[:9]), count - 1))
    session.init_widget(key, _first_to_show(choice))
    number = st.number_input(
        TEST_IMAGE,
        0,
        count - 1,
        key=key,
        persist_state="session",
        width=160,
        help=f"From 0 to {count - 1:,}. Evaluate links to each of the mispredictions.",
    )
    return int(number)


def _first_to_show(choice: ChosenNetwork) -> int:
    wrong = evaluation.mispredictions(choice.test_probabilities, choice.dataset.test_labels).indices
    return int(wrong[0]) if len(wrong) else 0


def _remember(image: str) -> None:
    session.put(IMAGE, image)
    session.put_view_in_address([IMAGE], {IMAGE: image})
