"""Who has joined the class: a number and nicknames that follow by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mnist_core.errors import UserError
from mnist_core.text.escape import clean
from pages.components.javascript import joined_javascript
from pages.shared import classroom
from pages.visit import language
from pages.visit.language import ngettext

ROUTE = "class/students"
_CSS = """
p { margin: 0; font-size: 1.5rem; font-weight: 650; min-height: 2rem; }
ul { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; margin: 0.25rem 0 0; padding: 0; list-style: none; }
li { padding: 0 0.5rem; border: 1px solid var(--st-border-color, #808495); border-radius: 0.5rem; font-size: 1.1rem; }
"""

_component = st.components.v2.component(
    "digits_students_joined",
    html='<p role="status"></p><ul></ul>',
    css=_CSS,
    js=joined_javascript(Path(__file__).with_name("students_joined.js")),
)


def show_students_joined() -> None:
    """Draw them; the component asks the route twice in three seconds."""
    _component(key="students_joined", data={"address": ROUTE})


def answer(request: Request) -> Response:
    """Return how many students the open class has, in words, and their nicknames; 403 for who is no instructor."""
    try:
        with language.speaking(language.language_of_request(request.cookies, request.headers)):
            if not classroom.instructs(request):
                return JSONResponse({"error": language._("Only an instructor sees this.")}, 403)
            return JSONResponse(_students(), headers={"Cache-Control": "no-store"})
    except UserError as error:
        return JSONResponse({"error": str(error)}, 503)


def _students() -> dict[str, Any]:
    open_class = classroom.current()
    students = classroom.classes().students(open_class.id) if open_class else []
    return {
        "words": ngettext("{number:,} student has joined", "{number:,} students have joined", len(students)),
        "nicknames": [clean(student.nickname) for student in students],
    }
