"""A network's accuracy on handwriting sets, shown beside the test accuracy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.model.numpy_network import Network
from mnist_core.runs import Drawings, HandwritingSet
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import capitalised, percent
from pages.components.gallery import gallery_columns
from pages.shared import services
from pages.shared.followed_drawings import PRESS, gallery_of_drawings
from pages.shared.handwriting_sets import set_title
from pages.shared.labelling import CHOSEN_SET
from pages.shared.network_picker import ChosenNetwork
from pages.visit import session
from pages.visit.language import _

MOST_SETS = 3
"""The most sets whose accuracy is listed; the person's own come first."""
MOST_IMAGES = 100


class Reading(NamedTuple):
    """A network's predictions (n,) for the drawings of a set, with their probabilities `confidence` (n,), 0 to 1.

    `known` (n,) marks those that it has learned from; None if nobody knows which these are.
    """

    drawings: Drawings
    read: NDArray[np.intp]
    confidence: NDArray[np.float32]
    known: NDArray[np.bool_] | None

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which drawings are read correctly (n,)."""
        return self.read == self.drawings.labels


def handwriting_scores(choice: ChosenNetwork, sets: Iterable[HandwritingSet]) -> None:
    """Show the accuracy on each of the handwriting sets, one line each."""
    learned = services.learned_by(choice.run)
    for it in sets:
        reading = read_set(choice.network, learned, it)
        st.markdown(":material/draw: " + _("On *{name}*: {words}", name=for_markdown(it.name), words=in_words(reading)))


def handwriting_section(choice: ChosenNetwork, class_names: tuple[str, ...]) -> None:
    """Show the accuracy on a handwriting set that people choose, and the mispredictions."""
    sets = {it.id: it for it in sets_with_drawings(class_names)}
    if not sets:
        return
    st.header(
        _("On real handwriting"),
        help=_(
            "Drawings are scaled and centred as MNIST's images were; all the same, a mouse or a finger writes "
            "otherwise than a pen. Such a difference is called dataset shift. Source: Quiñonero-Candela et al., "
            "Dataset Shift in Machine Learning, 2009."
        ),
    )
    options, titles = list(sets), {number: set_title(it) for number, it in sets.items()}
    chosen = session.get(CHOSEN_SET, None)
    picked = st.selectbox(
        _("Handwriting set"),
        options,
        index=options.index(chosen) if chosen in sets else 0,
        format_func=lambda number: titles[number],
        key="evaluate_handwriting",
        help=_("Drawings that people labelled on the Draw page. You find all of them there, under Handwriting."),
    )
    reading = read_set(choice.network, services.learned_by(choice.run), sets[picked])
    st.markdown(capitalised(in_words(reading)))
    wrong = np.flatnonzero(~reading.right)[:MOST_IMAGES]
    if len(wrong):
        st.caption(_(PRESS))
    pairs = [(class_names[reading.drawings.labels[index]], class_names[reading.read[index]]) for index in wrong]
    gallery_of_drawings(
        choice.run,
        reading.drawings.images[wrong],
        [_("{true} read as {predicted}", true=true, predicted=read) for true, read in pairs],
        [_("A drawing of {true}, read as {read}", true=true, read=read) for true, read in pairs],
        gallery_columns.MISPREDICTIONS,
        key="evaluate_handwriting_mispredictions",
    )


def in_words(reading: Reading) -> str:
    """Return how many are right, separately for those that it learned from: a test with these says little."""
    right = reading.right
    if reading.known is None:
        return _("{all}; nobody knows which of them it learned from.", all=_of(right))
    if not reading.known.any():
        return f"{_of(right)}."
    new = ~reading.known
    learned = _of(right[reading.known])
    if not new.any():
        return _("{learned} of those that it learned from, which says little: draw more.", learned=learned)
    return _("{new} of new drawings; {learned} of those that it learned from.", new=_of(right[new]), learned=learned)


def _of(right: NDArray[np.bool_]) -> str:
    counts = {"right": int(right.sum()), "number": len(right)}
    return _("**{right:,} of {number:,} right** ({share})", share=percent(right.mean(), 0), **counts)


def sets_with_drawings(class_names: tuple[str, ...]) -> list[HandwritingSet]:
    """Return the sets of these classes that have drawings: one's own first, the chosen one before all."""
    sets = [it for it in services.handwriting().sets(class_names) if it.count]
    chosen = session.get(CHOSEN_SET, None)
    return sorted(sets, key=lambda it: (it.id != chosen, it.owner != session.owner()))


def read_set(network: Network, learned: frozenset[bytes] | None, which: HandwritingSet) -> Reading:
    """Return what a network reads in the drawings of a set.

    `learned` are those that it has learned from, as `services.learned_by` returns them. Raises `UserError` if the
    drawings cannot be read.
    """
    drawings = services.handwriting().drawings(which.id)
    known = None if learned is None else np.array([it.tobytes() in learned for it in drawings.images], dtype=bool)
    probabilities = network.predict(drawings.images)
    return Reading(drawings, probabilities.argmax(axis=1), probabilities.max(axis=1), known)
