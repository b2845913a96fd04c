"""The bar of a class, drawn by `pages/main.py` on every page of its students: what the instructor gives to all."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.errors import UserError
from pages.classroom.notice.state import notice_of, target_in
from pages.components.javascript import joined_javascript
from pages.components.translated import translated_component
from pages.shared import classroom
from pages.visit.language import _

ADDRESS = "class/notice"
"""The route, relative to the app's own address."""
_FOLDER = Path(__file__).parent


def _html() -> str:
    name = escape(_("From the instructor"))
    return f'<aside class="digits-class-notice" aria-label="{name}" role="status" hidden></aside>'


_component = translated_component(
    "digits_class_notice",
    _html,
    css=_FOLDER.joinpath("notice.css").read_text(encoding="utf-8"),
    js=joined_javascript(_FOLDER / "notice.js"),
)


def show_notice() -> None:
    """Draw the bar where this visit is a student of the open class; turn to the page whose button was pressed.

    The bar follows the class by itself; nothing of a page moves or is drawn again when something is handed out.
    """
    with suppress(UserError):  # the page says what is wrong with the store
        if classroom.me() is None:
            return
        told = notice_of(classroom.current())
        data = {"address": ADDRESS, "told": told, "close": _("Close")}
        result: Any = _component()(key="class_notice", data=data, height=0, on_go_change=lambda: None)
        if result.go:
            _go(str(result.go))


def _go(kind: str) -> None:
    open_class = classroom.classes().current()  # what is given now, not what the browser says
    target = target_in(open_class, kind) if open_class else None
    if target is not None:
        st.switch_page(target.script, query_params=dict(target.query))
