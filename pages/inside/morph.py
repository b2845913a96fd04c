"""The digit as it turns into a test image of another class, and where on the way the answer changes."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import IMAGE_SIZE
from mnist_core.evaluation.morph import STEPS, Morph, morph, most_similar
from mnist_core.text.escape import for_html, for_markdown
from mnist_core.text.words import listed, percent, with_article
from pages.inside.number_pictures import STYLE, grey_html
from pages.shared.network_picker import ChosenNetwork

SHOWN = 9
"""The images of the way that are shown, the first and the last among them."""

_STYLE = """
.inside-morph { display: grid; gap: 0.5rem; grid-template-columns: repeat(9, minmax(0, 7rem)); }
.inside-morph figure { margin: 0; font-size: 0.8125rem; line-height: 1.35; }
.inside-morph b { display: block; }
@media (max-width: 640px) { .inside-morph { grid-template-columns: repeat(5, minmax(0, 1fr)); }
    .inside-morph figure:nth-child(even) { display: none; } }
"""


def show_morph(choice: ChosenNetwork, image: NDArray[np.float32], to: int) -> None:
    """Show the way from a digit (28, 28), 0 to 1, to the most similar test image of class `to` that is read so."""
    dataset, names = choice.dataset, choice.dataset.class_names
    right = (dataset.test_labels == to) & (choice.test_probabilities.argmax(axis=1) == to)
    number = most_similar(image, dataset.test_images, np.flatnonzero(right))
    if number is None:
        return
    way = morph(choice.network, image, dataset.test_images[number])
    target = f"test image {number:,}, {for_markdown(with_article(names[to]))}"
    st.markdown(
        f"**Morphed into {target}**: {_said(way, names)} Look for the strokes that appear just before.",
        help="Each pixel changes in proportion, from this digit to the test image of the other class that differs "
        "least from it and that the network reads correctly. This is linear interpolation.",
    )
    st.html(f'<style>{STYLE}{_STYLE}</style><div class="inside-morph">{_figures(way, names)}</div>')


def _said(way: Morph, names: tuple[str, ...]) -> str:
    """Say where on the way the answer changes, and to what."""
    changes = [f"to **{for_markdown(names[read])}** after {percent(at, 0)}" for at, read in way.changes]
    return f"the answer changes {listed(changes)} of the way." if changes else "the answer never changes on the way."


def _figures(way: Morph, names: tuple[str, ...]) -> str:
    figures = []
    for index in np.linspace(0, STEPS, SHOWN).round().astype(int).tolist():
        row = way.probabilities[index]
        read = names[int(row.argmax())]
        where = f"{percent(index / STEPS, 0)} of the way, read as {read}"
        picture = grey_html(way.images[index].reshape(IMAGE_SIZE, IMAGE_SIZE), where)
        figures.append(f"<figure>{picture}<b>{for_html(read)}</b>{percent(float(row.max()), 0)}</figure>")
    return "".join(figures)
