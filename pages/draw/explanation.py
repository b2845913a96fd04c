"""The explanation panel: preprocessing, attribution and nearest training images, and other networks' predictions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DIGITS
from mnist_core.drawing import resize_whole
from mnist_core.evaluation.best_two import best_two
from mnist_core.reading.digit import Digit
from mnist_core.text.escape import for_html
from mnist_core.text.sentence import marked
from mnist_core.text.words import percent, with_article
from pages.components.gallery import gallery_columns
from pages.components.gallery.buttons import gallery_of_buttons
from pages.components.gallery.gallery import drawing_url, sprite_url
from pages.shared.attribution import show_attribution
from pages.shared.drawing.prediction import UNSURE
from pages.shared.inside_link import link_to_drawing, open_training_image
from pages.shared.network_picker import ChosenNetwork, choose_networks
from pages.shared.probability_table import readings_html
from pages.visit.language import _, translator

PREPROCESSING, ATTRIBUTION, NETWORKS = marked("What the network sees"), marked("Why"), marked("Several networks")

_WHY = marked("The network gets the last one: fitted into 20×20 pixels, and centred by its centre of mass.")
_WHY_FOR_DIGITS = marked(
    "The network gets the last one: MNIST's digits were fitted into 20×20 pixels and centred by "
    "their centre of mass, and a network only knows what it was trained on."
)

STYLE = """
.ways { display: grid; grid-template-columns: repeat(3, minmax(0, 12rem)); gap: 1rem; }
.ways figure { margin: 0; font-size: 0.875rem; line-height: 1.35; }
.ways img { width: 100%; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; border-radius: 4px;
    background: #000; margin-bottom: 0.25rem; }
.ways figcaption b { display: block; font-weight: 600; }
.ways-why { margin: 1rem 0 0; }
"""


def show_explanation(choice: ChosenNetwork, digit: Digit) -> None:
    """Let people choose an explanation of a prediction, and show it."""
    views: dict[str, Callable[[ChosenNetwork, Digit], None]] = {
        PREPROCESSING: _show_preprocessing,
        ATTRIBUTION: _show_attribution,
        NETWORKS: _compare_networks,
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            _("Explanation"),
            list(views),
            format_func=translator(),
            default=PREPROCESSING,
            required=True,
            persist_state="session",
            key="draw_explanation",
        )
        link_to_drawing(choice.run, digit.image)
    views[view](choice, digit)


def _show_preprocessing(choice: ChosenNetwork, digit: Digit) -> None:
    """Show the raw picture, the resized and the fitted 28×28 image, each with its prediction."""
    if digit.raw is None:
        st.markdown(_("A test image already has 28×28 pixels: the network sees it as it is."))
        return
    names = choice.dataset.class_names
    ways = np.stack([*resize_whole(digit.raw), digit.image])
    titles = (
        _("Raw picture, every tenth pixel") if digit.raw.shape[0] == 280 else _("Raw picture, some of its pixels"),
        _("Resized: 28×28"),
        _("Fitted and centred: 28×28"),
    )
    urls = [drawing_url(digit.raw), *(sprite_url(np.rint(way[None] * 255).astype(np.uint8)) for way in ways[1:])]
    figures = "".join(
        f'<figure><img src="{url}" alt="{for_html(title)}"><figcaption><b>{for_html(title)}</b>{_reading(row, names)}'
        "</figcaption></figure>"
        for url, title, row in zip(urls, titles, choice.network.predict(ways), strict=True)
    )
    why = _(_WHY_FOR_DIGITS if names == DIGITS else _WHY)
    # One element: this is drawn after each stroke.
    st.html(f'<style>{STYLE}</style><div class="ways">{figures}</div><p class="ways-why">{for_html(why)}</p>')


def _reading(probabilities: NDArray[np.floating], names: tuple[str, ...]) -> str:
    first, second = best_two(probabilities)
    sure, likely = percent(probabilities[first], 1), for_html(_(with_article(names[first])))
    if probabilities[first] < UNSURE:
        return _(
            "Unsure: {first} ({sure}) or {second}?",
            first=likely,
            sure=sure,
            second=for_html(_(with_article(names[second]))),
        )
    return _("Reads {first} ({sure})", first=likely, sure=sure)


def _show_attribution(choice: ChosenNetwork, digit: Digit) -> None:
    """Show which pixels support the prediction and the runner-up, and the nearest training images."""
    data = choice.dataset
    network = choice.network
    first, second = best_two(network.predict(digit.image[None])[0])
    show_attribution(network, digit.image, (first, second), data.class_names, key="draw_why")
    _show_neighbours(choice, digit)


def _show_neighbours(choice: ChosenNetwork, digit: Digit) -> None:
    """Show the nearest training images by the outputs of the last hidden layer."""
    names, learned = choice.dataset.class_names, choice.learned
    count = gallery_columns.NEIGHBOUR_COUNT
    st.markdown(
        _(
            "**The {count} most similar training images**, as the last hidden layer sees them, with their "
            "labels. Press one to follow it through the network.",
            count=count,
        )
    )
    near = choice.hidden_outputs.nearest(choice.network, digit.image, learned.images, count)
    given, true = ([names[label] for label in of[near.indices]] for of in (learned.labels, learned.true_labels))
    wrong = [_("given as {label}", label=label) if label != its else "" for label, its in zip(given, true, strict=True)]
    captions = [f"{its}\n{said}" if said else its for its, said in zip(true, wrong, strict=True)]
    facts = [
        {"index": int(index), "name": with_article(its), "given": said, "distance": float(distance)}
        for index, its, said, distance in zip(learned.indices[near.indices], true, wrong, near.distances, strict=True)
    ]
    descriptions = [
        _("Training image {index}, {name}, {given} by label noise, at distance {distance:.1f}", **what)
        if what["given"]
        else _("Training image {index}, {name}, at distance {distance:.1f}", **what)
        for what in facts
    ]
    numbers, images = learned.indices[near.indices].tolist(), learned.images[near.indices]
    layout = gallery_columns.NEIGHBOURS
    pressed = gallery_of_buttons(images, captions, descriptions, numbers, layout, key="draw_neighbours")
    if pressed is not None:
        open_training_image(choice.run, pressed)


def _compare_networks(choice: ChosenNetwork, digit: Digit) -> None:
    """Show the predictions of several networks for the same digit, side by side."""
    others = choose_networks(_("Networks"), key="draw_several", default=choice)
    if not others:
        st.caption(_("Choose the networks that should read this picture."))
        return
    if len(others) == 1:
        st.caption(_("Choose more networks above, or train new ones on the Train page."))
    names = choice.dataset.class_names
    probabilities = np.stack([other.network.predict(digit.image[None])[0] for other in others])
    st.html(readings_html([other.label for other in others], probabilities, names))
