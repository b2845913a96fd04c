"""One test image in a dialog: all probabilities, and why the network predicts what it does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.data import IMAGE_SIZE
from mnist_core.evaluation.best_two import best_two
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent, with_article
from pages.components.canvas.canvas import draw_over
from pages.components.canvas.drawing import SIDE
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery, picture_url
from pages.shared.attribution import show_attribution
from pages.shared.drawing.canvas_input import KEY
from pages.shared.inside_link import link_to_test_image
from pages.shared.network_picker import ChosenNetwork
from pages.shared.probability_bars import probability_bars_html
from pages.visit import session
from pages.visit.language import _

_OPEN = "evaluate_image"
_ENLARGED = np.ones((SIDE // IMAGE_SIZE, SIDE // IMAGE_SIZE), np.uint8)
"""What each pixel becomes on the canvas."""


def open_image(choice: ChosenNetwork, numbers: Sequence[int], number: int) -> None:
    """Open a dialog about the test image of that number, with buttons that lead to the others of `numbers`."""
    session.put(_OPEN, numbers.index(number))
    st.dialog(_("Test image"), width="large")(_show)(choice, numbers)


def _show(choice: ChosenNetwork, numbers: Sequence[int]) -> None:
    position = min(session.get(_OPEN, 0), len(numbers) - 1)
    number, dataset = numbers[position], choice.dataset
    names, label = dataset.class_names, int(dataset.test_labels[number])
    probabilities = choice.test_probabilities[number]
    read, second = best_two(probabilities)
    what = _("correctly") if read == label else _("as {name}", name=for_markdown(names[read]))
    st.markdown(
        _(
            "Number {number:,}: {name}, read **{what}** with {confidence} confidence.",
            number=number,
            name=for_markdown(_(with_article(names[label]))),
            what=what,
            confidence=percent(probabilities[read], 1),
        )
    )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        text = _("Test image {index}, {name}", index=number, name=with_article(names[label]))
        gallery(dataset.test_images[[number]], [""], [text], gallery_columns.OPENED_IMAGE)
        st.html(f"{probability_bars_html(probabilities, names)}")
        _steps(position, len(numbers))
        if st.button(_("Draw over it"), icon=":material/draw:", help=_("Puts it on the canvas of the Draw page.")):
            draw_over(KEY, picture_url(np.kron(dataset.test_images[number], _ENLARGED)))
            st.switch_page("draw/page.py", query_params={"run": str(choice.run.id)} if choice.run else {})
        link_to_test_image(choice.run, number)
    with right:
        other = second if read == label else label
        image = (dataset.test_images[number] / 255).astype(np.float32)
        show_attribution(choice.network, image, (read, other), names, key="evaluate_why", height=260)


def _steps(position: int, count: int) -> None:
    """Show buttons for the image before and after this one in the gallery."""
    if count < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, change in ((_("Previous"), "chevron_left", -1), (_("Next"), "chevron_right", 1)):
            st.button(
                label,
                icon=f":material/{icon}:",
                key=f"evaluate_{label.lower()}",
                disabled=not 0 <= position + change < count,
                on_click=session.put,
                args=(_OPEN, position + change),
            )
        st.caption(f"{position + 1:,} of {count:,}")
