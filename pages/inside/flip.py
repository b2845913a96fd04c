"""What would flip it: the smallest change that makes the network read another class, and the way to another digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.smallest_flip import Flip, smallest_flip
from mnist_core.model.numpy_network import Network
from mnist_core.text.escape import for_html, for_markdown
from mnist_core.text.words import percent
from pages.inside.morph import show_morph
from pages.inside.number_pictures import STYLE, grey_html, signed_html
from pages.shared.network_picker import ChosenNetwork
from pages.visit import session

_TO = "inside_flip_to"

# It ends within five seconds, since nothing stops it (WCAG 2.2, 2.2.2).
_STYLE = """
.inside-flip { display: grid; grid-template-columns: repeat(4, minmax(0, 9rem)); gap: 0.75rem; }
.inside-flip figure { margin: 0; font-size: 0.8125rem; line-height: 1.35; }
.inside-flip figure > div { position: relative; }
.inside-flip figure > div img + img { position: absolute; inset: 0;
    animation: inside-flip 1.2s ease-in-out 4 alternate-reverse; }
@keyframes inside-flip { from { opacity: 0; } to { opacity: 1; } }
@media (max-width: 640px) { .inside-flip { grid-template-columns: repeat(2, minmax(0, 9rem)); } }
@media (prefers-reduced-motion: reduce) { .inside-flip figure > div img + img { animation: none; } }
"""


@st.fragment
def show_flip(choice: ChosenNetwork, image: NDArray[np.float32], read: int, second: int) -> None:
    """Let people choose another class, at first the runner-up, and show the ways that lead to it."""
    network, class_names = choice.network, choice.dataset.class_names
    st.header(
        "What would flip it?",
        help="The smallest change of the pixels, by the network's own gradients: each step goes to where the other "
        "class would be ahead if the network were linear there. Source: Moosavi-Dezfooli, Fawzi and Frossard, "
        "DeepFool, 2016. Changes like this that nobody sees are called adversarial examples.",
    )
    others = [label for label in range(network.classes) if label != read]
    if not others:
        return
    key = f"{_TO}_{read}_{network.classes}"
    if session.widget(key, None) not in others:
        session.set_widget(key, second)
    to = st.selectbox(
        "Make it read",
        others,
        format_func=lambda label: class_names[label],
        key=key,
        width=220,
        persist_state="session",
    )
    _show_smallest_change(network, image, (read, to), class_names)
    show_morph(choice, image, to)


def _show_smallest_change(
    network: Network, image: NDArray[np.float32], classes: tuple[int, int], class_names: Sequence[str]
) -> None:
    read, to = classes
    found = smallest_flip(network, image, to)
    one, other = for_markdown(class_names[read]), for_markdown(class_names[to])
    if found is None:
        st.markdown(f"No small change was found that makes this network read {other} instead of {one}.")
        return
    changed = float(network.predict(found.image[None])[0, to])
    st.markdown(
        f"No pixel changes by more than {percent(found.largest_change, 1)} of the way from black to white, and the "
        f"network reads **{other}** with {percent(changed, 1)} confidence instead of {one}. Look for the difference."
    )
    st.html(f"<style>{STYLE}{_STYLE}</style>{_pictures_html(image, found, class_names[read], class_names[to])}")


def _pictures_html(image: NDArray[np.float32], found: Flip, one: str, other: str) -> str:
    before, after = grey_html(image, f"Read as {one}"), grey_html(found.image, f"Read as {other}")
    change = (found.image - image).reshape(-1)
    pictures = (
        (f"This digit, read as {one}", before),
        ("The change, strengthened: blue adds ink, orange removes it", signed_html(change, "The change")),
        (f"Changed, read as {other}", after),
        ("From one to the other and back", f"<div>{before}{after}</div>"),
    )
    figures = "".join(f"<figure>{picture}{for_html(text)}</figure>" for text, picture in pictures)
    return f'<div class="inside-flip">{figures}</div>'
