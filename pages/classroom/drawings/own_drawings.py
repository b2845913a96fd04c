"""A student's own drawings in the class's set, with what the starter network reads, to be deleted by their writer."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Classroom, Requester, Student
from pages.classroom.drawings.removal import offer_undo, remove
from pages.components.gallery import gallery_columns
from pages.components.gallery.buttons import gallery_of_buttons
from pages.shared import services
from pages.shared.class_readings import class_readings
from pages.visit import session
from pages.visit.language import _

_CHOSEN = "class_drawing"
_PLACE = "class"


def how_read(its_class: Classroom, student: Student) -> tuple[int, int]:
    """Return how many of a student's drawings the starter network reads correctly, and how many there are."""
    read = class_readings(its_class.set_id)
    mine = services.handwriting().labels(its_class.set_id, student.owner)
    return sum(read.get(it.id) == it.label for it in mine), len(mine)


def show_own_drawings(its_class: Classroom, student: Student) -> None:
    """Show a student's drawings; one that is pressed can be deleted."""

    def asks() -> Requester:
        return Requester(student.owner)

    offer_undo(_PLACE, _("Bring it back"), asks)
    drawn = services.handwriting().drawings(its_class.set_id, student.owner)
    if not len(drawn):
        return
    read = class_readings(its_class.set_id)
    words = [_in_words(int(label), read.get(number)) for number, label in zip(drawn.ids, drawn.labels, strict=True)]
    st.caption(_("Your drawings. Press one to delete it."))
    captions = [short for short, _long in words]
    labels = [long for _short, long in words]
    layout = gallery_columns.MISPREDICTIONS
    pressed = gallery_of_buttons(drawn.images, captions, labels, drawn.ids, layout, key="class_own")
    if pressed is not None:
        session.put(_CHOSEN, pressed)
    chosen = session.get(_CHOSEN, None)
    if chosen in drawn.ids:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(labels[drawn.ids.index(chosen)], width="content")
            delete, icon = _("Delete this drawing"), ":material/delete:"
            st.button(delete, key="class_delete", icon=icon, on_click=remove, args=(_PLACE, [chosen], asks))


def _in_words(label: int, read: int | None) -> tuple[str, str]:
    """Return what was asked for and what was read, short and for screen readers."""
    if read == label:
        return f"{label} ✓", _("A drawing of {true}, read correctly", true=label)
    return f"{label} ✗ {read}", _("A drawing of {true}, read as {read}", true=label, read=read)
