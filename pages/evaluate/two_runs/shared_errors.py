"""The test images that both of two networks misread, or only one of them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.two_networks import SharedErrors
from mnist_core.text.words import with_article
from pages.components.gallery import gallery_columns
from pages.components.gallery.buttons import gallery_of_buttons
from pages.evaluate.one_image import open_image
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _

MOST_IMAGES = 300
_KEY = "evaluate_shared_errors"
BOTH, FIRST, OTHER = "both", "first", "other"


def show_shared_errors(network: ChosenNetwork, other: ChosenNetwork, errors: SharedErrors) -> None:
    """Show the images of one kind, which people choose; each opens when it is pressed."""
    kinds = {BOTH: errors.both, FIRST: errors.only_first, OTHER: errors.only_other}
    titles = {
        BOTH: _("Both"),
        FIRST: _("Only {name}", name=network.name),
        OTHER: _("Only {name}", name=other.name),
    }
    counts = {kind: _("{title}: {number:,}", title=titles[kind], number=len(found)) for kind, found in kinds.items()}
    st.header(_("Errors"), help=_("The images that both networks misread are often hard for people, too."))
    chosen = st.segmented_control(
        _("Misread by"),
        list(kinds),
        default=BOTH,
        required=True,
        format_func=counts.__getitem__,
        key=_KEY,
    )
    found = kinds[chosen or BOTH]
    if not len(found):
        st.caption(_("There are no such images."))
        return
    if len(found) == 1:
        order = _("Press it to open it.")
    elif len(found) > MOST_IMAGES:
        order = _("The first {shown}, the most confident first. Press an image to open it.", shown=MOST_IMAGES)
    else:
        order = _("The most confident first. Press an image to open it.")
    st.caption(order)
    shown = found[:MOST_IMAGES]
    with st.container(key="shared_errors"):
        number = _show_images(network, other, shown)
    if number is not None:
        open_image(network, shown.tolist(), number)


def _show_images(network: ChosenNetwork, other: ChosenNetwork, shown: NDArray[np.intp]) -> int | None:
    """Show images; return the number of the one that was just pressed."""
    dataset, names = network.dataset, network.dataset.class_names
    rows = [
        (index, names[dataset.test_labels[index]], names[one], names[another])
        for index, one, another in zip(
            shown.tolist(),
            network.test_probabilities[shown].argmax(axis=1),
            other.test_probabilities[shown].argmax(axis=1),
            strict=True,
        )
    ]
    return gallery_of_buttons(
        dataset.test_images[shown],
        [_caption(true, {one, another} - {true}) for _index, true, one, another in rows],
        [
            _(
                "Test image {index}: {true}, read as {one} by {name} and as {another} by {other}",
                index=index,
                true=with_article(true),
                one=one,
                name=network.name,
                another=another,
                other=other.name,
            )
            for index, true, one, another in rows
        ],
        shown.tolist(),
        gallery_columns.MISPREDICTIONS,
        key="shared_error_images",
    )


def _caption(true: str, wrong: set[str]) -> str:
    """Return a caption such as "4 read as 9" or, if the networks make different errors, "4 read as 2, 9"."""
    return _("{true} read as {predicted}", true=true, predicted=", ".join(sorted(wrong)))
