"""Labelling of drawings after a prediction: "Yes, a 4", or "No, it is a 7". Labelled drawings are stored.

They go to the handwriting set chosen last, by default to one of the person's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.errors import UserError
from mnist_core.runs import HandwritingSet
from mnist_core.text.escape import clean, for_markdown
from mnist_core.text.words import counted
from pages.shared import controls, services
from pages.shared.handwriting_sets import own_first, set_title
from pages.shared.messages import in_words, show_warning
from pages.visit import session
from pages.visit.language import _

CHOSEN_SET = "handwriting_set"
_LABELLED = "labelled"
"""Drawings that this visit has labelled: by their fingerprints, their numbers in the store."""
_PROBLEM = "label_problem"


def ask_label(
    image: NDArray[np.float32],
    predicted: int,
    class_names: Sequence[str],
    key: str = "label",
    question: str = "",
) -> None:
    """Ask for the label of a drawing, `image` (28, 28) in [0, 1]; `predicted` is the network's prediction.

    Side effect: the labelled drawing is stored. Call it beside the prediction; `key` must be unique on the page.
    """
    drawing = _fingerprint(image, class_names)
    if problem := session.get(_PROBLEM, ""):
        show_warning(problem, ":material/error:")
        session.put(_PROBLEM, "")
    if kept := _set_and_label(drawing):
        _confirm_label(drawing, *kept, class_names, key)
        return
    name = for_markdown(class_names[predicted])
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_question"):
        st.markdown(question or _("Is that right?"), width="content")
        st.button(
            _("Yes, {name}", name=name),
            icon=":material/check:",
            key=f"{key}_yes",
            on_click=_store_all,
            args=([image], [predicted], tuple(class_names)),
            help=_("Keeps the drawing with this answer. Networks are tested on kept drawings and can learn from them."),
        )
        with st.popover(_("No, it is …"), icon=":material/edit:", key=f"{key}_no_{drawing}"):
            _choose_label(drawing, image, predicted, tuple(class_names), key)


def ask_all_labels(
    images: Sequence[NDArray[np.float32]], predicted: Sequence[int], class_names: Sequence[str], key: str = "label"
) -> None:
    """Offer to confirm all predictions of several digits at once, unless one of them is labelled already."""
    if len(images) < 2 or any(_set_and_label(_fingerprint(image, class_names)) for image in images):
        return
    row = " ".join(for_markdown(class_names[label]) for label in predicted)
    st.button(
        _("All are right: {row}", row=row),
        icon=":material/done_all:",
        key=f"{key}_all",
        on_click=_store_all,
        args=(images, predicted, tuple(class_names)),
        help=_("Keeps each of them with its answer."),
    )


def chosen_set(class_names: Sequence[str]) -> HandwritingSet | None:
    """Return the set that drawings of these classes go to; None if the person has none yet that takes them."""
    sets = _sets_that_take(class_names)
    chosen = session.get(CHOSEN_SET, None)
    by_choice = sorted(sets, key=lambda it: (it.id != chosen, it.owner != session.owner(), -it.created_at))
    first = by_choice[0] if by_choice else None
    return first if first is not None and (first.id == chosen or first.owner == session.owner()) else None


def own_set(class_names: Sequence[str]) -> int:
    """Return the number of the set that drawings go to; one of the person's own is begun if there is none.

    Raises `HandwritingError` if the person has too many.
    """
    chosen = chosen_set(class_names)
    if chosen is not None:
        return chosen.id
    whose = f"{session.nickname()}’s handwriting" if session.nickname() else "My handwriting"
    mine = (session.owner(), session.nickname())
    number = services.handwriting().create(whose, class_names, *mine, open_to_others=False, numbered=True)
    session.put(CHOSEN_SET, number)
    return number


def run_page_if_awaited() -> None:
    """Run the whole page if a lesson waits for no more drawings than this browser has kept. Call last in a callback."""
    awaited = controls.awaited_drawings()
    if awaited and services.handwriting().count_of(session.owner(), awaited.since) >= awaited.number:
        st.rerun()


def _sets_that_take(class_names: Sequence[str]) -> list[HandwritingSet]:
    """Return the sets of these classes to which the person may add drawings."""
    return [it for it in services.handwriting().sets(class_names) if it.accepts_drawings_of(session.owner())]


def _choose_label(
    drawing: str, image: NDArray[np.float32], predicted: int, class_names: tuple[str, ...], key: str
) -> None:
    field = f"{key}_label_{drawing}"
    others = [label for label in range(len(class_names)) if label != predicted]

    def kept() -> None:
        label = session.widget(field, None)
        if label is not None:
            _store_all([image], [label], class_names)

    if len(class_names) <= 12:
        st.pills(
            _("What is it?"),
            others,
            format_func=lambda label: for_markdown(class_names[label]),
            key=field,
            on_change=kept,
        )
    else:
        st.selectbox(
            _("What is it?"),
            others,
            index=None,
            format_func=lambda label: clean(class_names[label]),
            key=field,
            on_change=kept,
            placeholder=_("Choose"),
        )
    _choose_set(class_names, key)


def _choose_set(class_names: Sequence[str], key: str) -> None:
    sets = {it.id: set_title(it) for it in own_first(_sets_that_take(class_names))}
    if len(sets) < 2:
        return
    current = chosen_set(class_names)
    options = list(sets)
    picked = st.selectbox(
        _("Keep it in"),
        options,
        index=options.index(current.id) if current is not None else None,
        format_func=lambda number: sets[number],
        key=f"{key}_set",
        placeholder=_("a set of your own"),
    )
    if picked is not None:
        session.put(CHOSEN_SET, picked)


def _fingerprint(image: NDArray[np.float32], class_names: Sequence[str]) -> str:
    """Return a hash of a drawing and of the classes that its label is one of."""
    return hashlib.sha256(image.tobytes() + json.dumps(list(class_names)).encode()).hexdigest()[:16]


def _labelled() -> dict[str, int]:
    """Return what this visit has labelled."""
    labelled: dict[str, int] = session.get(_LABELLED, {})
    return labelled


def _set_and_label(drawing: str) -> tuple[HandwritingSet, int] | None:
    """Return the set of a drawing and its label; None if it is not labelled, or no longer there."""
    number = _labelled().get(drawing)
    found = services.handwriting().set_and_label(number) if number is not None else None
    if number is not None and found is None:
        _forget(drawing)
    return found


def _forget(drawing: str) -> None:
    session.put(_LABELLED, {key: number for key, number in _labelled().items() if key != drawing})


def _store_all(images: Sequence[NDArray[np.float32]], labels: Sequence[int], class_names: tuple[str, ...]) -> None:
    for image, label in zip(images, labels, strict=True):
        _store(image, label, class_names)
    run_page_if_awaited()


def _store(image: NDArray[np.float32], label: int, class_names: tuple[str, ...]) -> None:
    try:
        number = services.handwriting().keep(own_set(class_names), image, label, session.owner(), session.nickname())
    except UserError as error:
        session.put(_PROBLEM, in_words(error))
        return
    session.put(_LABELLED, {**_labelled(), _fingerprint(image, class_names): number})


def _undo(drawing: str, number: int) -> None:
    try:
        services.handwriting().remove([number], session.requester())
    except UserError as error:
        session.put(_PROBLEM, in_words(error))
    _forget(drawing)


def _confirm_label(drawing: str, kept_in: HandwritingSet, label: int, class_names: Sequence[str], key: str) -> None:
    words = _(
        "Kept as {name} in *{set}* ({drawings}).",
        name=for_markdown(class_names[label]),
        set=for_markdown(kept_in.name),
        drawings=_(counted(kept_in.count, "drawing")),
    )
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_kept"):
        st.markdown(words, width="content")
        undone = (drawing, _labelled()[drawing])
        st.button(_("Undo"), icon=":material/undo:", key=f"{key}_undo", on_click=_undo, args=undone)
        st.page_link("draw/handwriting.py", label=_("See all"), icon=":material/arrow_forward:")
