"""The nickname: in the sidebar, and asked for once on the Train page when others have runs here too."""

from __future__ import annotations

import streamlit as st

from mnist_core.text.sentence import marked
from pages.shared import services
from pages.visit import session
from pages.visit.browser_flags import has_flag, set_flag
from pages.visit.language import _

_REFUSED = "no_nickname"
_FIELD = "nickname_field"
LABEL = marked("Your nickname")
HELP = marked("Others see it beside your runs.")

STYLE = """
@media (max-width: 640px) {  /* the sidebar is folded there: the question is one line at the foot of the screen */
    .st-key-ask_nickname { position: fixed; z-index: 2; inset: auto 0 0; width: auto; padding: 0.25rem 1rem;
        background: Canvas; border-top: 1px solid #808495; }
    .st-key-ask_nickname label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
}
"""


def show_field() -> None:
    """Draw the field of the nickname."""
    if session.widget(_FIELD, None) != session.nickname():  # given elsewhere, or shortened
        session.set_widget(_FIELD, session.nickname())
    st.text_input(_(LABEL), max_chars=session.NICKNAME_LENGTH, key=_FIELD, on_change=_take_from_field, help=_(HELP))


def _take_from_field() -> None:
    session.set_nickname(session.widget(_FIELD, ""))


def ask_once() -> None:
    """Ask for a nickname under one's run if others have runs here; never again after an answer or a refusal."""
    if session.nickname() or has_flag(_REFUSED) or not services.store().others_have_runs(session.owner()):
        return
    st.html(f"<style>{STYLE}</style>")
    with st.container(key="ask_nickname", horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Others train here too: your nickname"),
            max_chars=session.NICKNAME_LENGTH,
            placeholder=_("What may others call you?"),
            key="asked_nickname",
            on_change=_take_answer,
        )
        st.button(_("No nickname"), type="tertiary", on_click=_do_not_ask_again)


def _take_answer() -> None:
    """Use the nickname from now on, and for the runs that this browser has started without one."""
    session.set_nickname(session.widget("asked_nickname", ""))
    if session.nickname():
        services.store().name_owner(session.owner(), session.nickname())


def _do_not_ask_again() -> None:
    set_flag(_REFUSED)
