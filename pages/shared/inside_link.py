"""Links from a digit anywhere in the app to Inside, where its way through the network is shown step by step."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.runs import Run
from mnist_core.text.sentence import marked
from pages.navigation import INSIDE
from pages.shared.network_picker import turn_to_starter
from pages.shared.next_step import of_run
from pages.visit import session, visit_cache
from pages.visit.language import _

IMAGE = "image"
"""The name in the address of Inside: the number of a test image, of a training image after `TRAINING`, or `DRAWING`."""
TRAINING = "training-"
DRAWING = "drawing"
_DRAWING = "inside_drawing"
_LABEL = marked("Follow it through the network")


def link_to_test_image(run: Run | None, number: int) -> None:
    """Draw a link to the steps of a test image in the network of a run, or in the starter network."""
    _link(run, str(number))


def link_to_training_image(run: Run | None, number: int) -> None:
    """Draw a link to the steps of a training image, by its index among those of the run's dataset."""
    _link(run, f"{TRAINING}{number}")


def open_test_image(run: Run | None, number: int) -> None:
    """Go to the steps of a test image in the network of a run, or in the starter network."""
    _open(run, str(number))


def open_training_image(run: Run | None, number: int) -> None:
    """Go to the steps of a training image, likewise."""
    _open(run, f"{TRAINING}{number}")


def link_to_drawing(run: Run | None, image: NDArray[np.float32]) -> None:
    """Draw a link to the steps of a drawing (28, 28), 0 to 1, which this browser's visit remembers."""
    _remember(image)
    _link(run, DRAWING)


def button_to_drawing(run: Run | None, image: NDArray[np.float32], *, key: str) -> None:
    """Draw a button likewise: the drawing takes the place of the one that the visit remembers once it is pressed."""
    if st.button(_(_LABEL), icon=INSIDE.icon, type="tertiary", key=key):
        open_drawing(run, image)


def open_drawing(run: Run | None, image: NDArray[np.float32]) -> None:
    """Go to the steps of a drawing (28, 28), 0 to 1, which takes the place of the one that the visit remembers."""
    _remember(image)
    _open(run, DRAWING)


def starter_if_address_names_no_run() -> None:
    """Show the starter network where a link leads to a digit but to no run, whichever run this visit has looked at."""
    if session.view_in_address([IMAGE]) and session.run_in_address() is None:
        turn_to_starter()


def remembered_drawing() -> NDArray[np.float32] | None:
    """Return the drawing (28, 28) that was last linked to, or opened, in this browser, if any."""
    data = visit_cache.get(_DRAWING, None)
    return None if data is None else np.frombuffer(data, np.float32).reshape(IMAGE_SIZE, IMAGE_SIZE)


def _remember(image: NDArray[np.float32]) -> None:
    data = image.astype(np.float32).tobytes()
    visit_cache.put(_DRAWING, data, size=len(data))


def _open(run: Run | None, image: str) -> None:
    st.switch_page(INSIDE.views[0].script, query_params={**of_run(run), IMAGE: image})


def _link(run: Run | None, image: str) -> None:
    st.page_link(
        INSIDE.views[0].script,
        label=_(_LABEL),
        icon=INSIDE.icon,
        query_params={**of_run(run), IMAGE: image},
        width="content",
    )
