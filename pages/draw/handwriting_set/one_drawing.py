"""One drawing of a handwriting set: looked at, corrected by who drew it, deleted by them or by whose set it is in."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.data import DIGITS
from mnist_core.errors import UserError
from mnist_core.runs import Drawings, HandwritingSet, Run
from mnist_core.text.escape import clean
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery
from pages.shared import services
from pages.shared.inside_link import button_to_drawing
from pages.visit import session
from pages.visit.language import _


def show_drawing(which: HandwritingSet, drawings: Drawings, first: int, run: Run | None) -> None:
    """Let people look at one drawing; who drew it may say that it is something else, or delete it.

    It can be followed through the network of `run`, or else of the starter network, that knows its class.
    """
    st.header(_("One drawing"))
    left, right = st.columns([1, 2], gap="medium")
    with right:
        number = st.number_input(
            _("Number of the drawing"),
            1,
            len(drawings),
            first + 1,
            width=200,
            key=f"one_{which.id}_{len(drawings)}_{first}",
        )
        index = number - 1
        if session.requester().may_change(drawings.owners[index]):
            _correct(which, drawings, index)
        _offer_to_delete(which, drawings, index)
    with left:
        text = described(which, drawings, index)
        gallery(drawings.images[[index]], [text], [text], gallery_columns.ONE_DRAWING)
        knows = run is not None and bool(run.step) and _classes(run) == which.class_names
        if knows or which.class_names == DIGITS:
            image = (drawings.images[index] / 255).astype(np.float32)
            button_to_drawing(run if knows else None, image, key="follow_drawing")


def _classes(run: Run) -> tuple[str, ...]:
    """Return the names of the classes that a run tells apart; none if its dataset is gone."""
    try:
        return services.dataset_of(run).class_names
    except UserError:
        return ()


def _correct(which: HandwritingSet, drawings: Drawings, index: int) -> None:
    """Let people say that a drawing is something else."""
    names = which.class_names
    label = st.selectbox(
        _("Label"),
        range(len(names)),
        index=int(drawings.labels[index]),
        format_func=lambda it: clean(names[it]),
        width=200,
        key=f"label_{drawings.ids[index]}_{drawings.labels[index]}",
    )
    if label != drawings.labels[index]:
        services.handwriting().relabel(drawings.ids[index], label, session.requester())
        st.rerun()


def _offer_to_delete(which: HandwritingSet, drawings: Drawings, index: int) -> None:
    """Let people delete a drawing of theirs, or any in a set of theirs, there also all by the same person."""
    drawer, me = drawings.owners[index], session.requester()
    if not (me.may_change(drawer) or me.may_change(which.owner)):
        st.caption(_("Somebody else drew this."))
        return
    chosen: tuple[int, ...] = ()
    if st.button(_("Delete this drawing"), icon=":material/delete:"):
        chosen = (drawings.ids[index],)
    theirs = tuple(number for number, owner in zip(drawings.ids, drawings.owners, strict=True) if owner == drawer)
    if drawer != which.owner and me.may_change(which.owner) and len(theirs) > 1:
        help_text = _("All drawings in this set that came from the same browser as this one.")
        label = _("Delete all {number:,} by this person", number=len(theirs))
        if st.button(label, icon=":material/delete_sweep:", help=help_text):
            chosen = theirs
    if chosen:
        services.handwriting().remove(chosen, me)
        session.put("deleted_drawings", chosen)
        st.rerun()


def described(which: HandwritingSet, drawings: Drawings, index: int) -> str:
    """Return the number of a drawing, what it is, and who drew it if they gave a nickname, as plain text."""
    values = {"number": index + 1, "name": which.class_names[drawings.labels[index]]}
    if nickname := drawings.nicknames[index]:
        return _("Drawing {number}, {name}, by {nickname}", nickname=nickname, **values)
    return _("Drawing {number}, {name}", **values)
