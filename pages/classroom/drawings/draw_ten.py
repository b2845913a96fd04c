"""Draw ten: a student draws each digit once for the class, and sees what the starter network reads."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import Classroom, Student
from mnist_core.text.escape import for_html, for_markdown, sentence_for_markdown
from pages.classroom.drawings.class_collection import ClassCollection
from pages.classroom.drawings.own_drawings import how_read, show_own_drawings
from pages.navigation import TRAIN
from pages.shared import classroom, services
from pages.shared.collecting.collect import draw_next, kept_in_words, show_last, show_request
from pages.shared.dataset_picker import say_who_is_learned_from
from pages.shared.drawing import live_answer
from pages.shared.messages import user_errors
from pages.visit import session
from pages.visit.language import _, ngettext

_ROUNDS = "class_rounds"
"""How many times this visit draws each digit."""


def show_draw_ten(open_class: Classroom) -> None:
    """Draw the view of a student who draws for the class."""
    student = classroom.me()
    if student is not None:
        _draw(open_class, student)


@st.fragment
def _draw(open_class: Classroom, student: Student) -> None:
    """Ask for one digit after the other; after ten, say what the network has read, and what to do next."""
    collection = ClassCollection(open_class, student)
    with user_errors():
        if collection.progress().rounds >= session.get(_ROUNDS, 1):
            _show_result(open_class, collection)
        else:
            _ask(open_class, collection)


def _ask(open_class: Classroom, collection: ClassCollection) -> None:
    state = collection.progress()
    with live_answer.columns():
        with st.container(key=live_answer.INPUT):
            draw_next(collection)
        with st.container(key="draw_reading"):
            seen = for_html(_("Everybody here can see it until {date}.", date=open_class.deletion_day))
            show_request(collection, f"{kept_in_words(state)}<br>{seen}")
        with st.container(key="draw_collected"):
            _say_what_is_kept(open_class, collection.student)
            show_last(collection)
            show_own_drawings(open_class, collection.student)


def _say_what_is_kept(open_class: Classroom, student: Student) -> None:
    """Say what is kept, who sees it, and for how long."""
    st.caption(
        _(
            "Kept until {date}: your drawings, the digits that were asked for, and the nickname *{nickname}*. "
            "Everybody who can open this app can see them. You can delete yours at any time; the instructor can delete "
            "all.",
            date=open_class.deletion_day,
            nickname=for_markdown(student.nickname),
        )
    )


def _show_result(open_class: Classroom, collection: ClassCollection) -> None:
    right, read = how_read(open_class, collection.student)
    st.subheader(
        ngettext(
            "The starter network reads {right} of your {number} drawing correctly.",
            "The starter network reads {right} of your {number} drawings correctly.",
            read,
            right=right,
        ),
        anchor=False,
    )
    _show_next_steps(open_class)
    show_last(collection)
    show_own_drawings(open_class, collection.student)
    _say_what_is_kept(open_class, collection.student)
    more, args = _("Draw ten more"), (_ROUNDS, collection.progress().rounds + 1)
    st.button(more, icon=":material/draw:", key="draw_ten_more", on_click=session.put, args=args)


def _show_next_steps(open_class: Classroom) -> None:
    """Link to training: on MNIST, and on MNIST with the class's drawings if enough people have drawn."""
    page = TRAIN.views[0].script
    st.page_link(page, label=_("Next: train a network"), icon=":material/arrow_forward:", width="content")
    which = next(it for it in services.handwriting().sets() if it.id == open_class.set_id)
    try:
        split = services.handwriting().split(which)
    except UserError as reason:
        st.caption(sentence_for_markdown(reason))
        return
    if split is None:
        return
    base = services.dataset_store().info("mnist")
    query = {"dataset": services.handwriting().plan(base, which).name}
    label = _("Train on MNIST + our class")
    st.page_link(page, label=label, icon=":material/school:", query_params=query, width="content")
    say_who_is_learned_from(split)
