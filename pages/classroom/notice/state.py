"""What a class is told on every page: what is handed out, what is shown to all, and whether training is frozen."""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

import streamlit as st

from mnist_core.runs import Classroom
from mnist_core.text.escape import clean
from pages.shared.classroom import classes
from pages.shared.page_addresses import Target, target_of
from pages.shared.periods import period
from pages.shared.shown_to_all import ShownDrawing, ShownRun, shown_in
from pages.visit.language import _

SEEN_SECONDS = 60.0
HANDOUT, SHOWN = "handout", "shown"
EVALUATE, CLASS = "evaluate", "class"


def notice_of(classroom: Classroom | None) -> dict[str, Any]:
    """Return what notice.js shows: `items`, each with `kind`, `version`, `words`, `button` and perhaps a `picture`.

    `version` changes with each act of the instructor, so that what was closed stays closed, and what is given or shown
    once more appears again.
    """
    items = [_handout(classroom), _shown(classroom)] if classroom else []
    return {"items": [it for it in items if it], "frozen": bool(classroom and classroom.frozen)}


def notice_as_json(classroom: Classroom | None) -> bytes:
    """Return the same for the route."""
    return json.dumps(notice_of(classroom)).encode()


def saw(class_id: int, owner: str) -> None:
    """Note that a student is there now. Writes once a minute."""
    _saw(class_id, owner, period(SEEN_SECONDS, share=crc32(owner.encode())))


@st.cache_resource(max_entries=512, show_spinner=False)
def _saw(class_id: int, owner: str, period: int) -> None:
    classes().saw(class_id, owner)


def target_in(classroom: Classroom, kind: str) -> Target | None:
    """Return where the button of an item leads."""
    if kind == HANDOUT:
        return target_of(classroom.handout) if classroom.handout else None
    shown = shown_in(classroom) if kind == SHOWN else None
    return target_of(f"{EVALUATE}?run={shown.run.id}") if isinstance(shown, ShownRun) else None


def _handout(classroom: Classroom) -> dict[str, Any] | None:
    target = target_in(classroom, HANDOUT)
    if target is None:
        return None
    words = clean(classroom.handout_text, 300) or _("The instructor hands something out.")
    return _item(HANDOUT, f"{classroom.handout_at}", words, _("Go to {page}", page=_(target.title)))


def _shown(classroom: Classroom) -> dict[str, Any] | None:
    shown = shown_in(classroom)
    if shown is None:
        return None
    version = f"{classroom.shown}@{classroom.shown_at}"
    if isinstance(shown, ShownDrawing):
        return _item(SHOWN, version, clean(shown.words)) | {"picture": shown.as_address}
    return _item(SHOWN, version, clean(shown.words, 160), _("Go to {page}", page=_("Evaluate")))


def _item(kind: str, version: str, words: str, button: str = "") -> dict[str, Any]:
    return {"kind": kind, "version": version, "words": words, "button": button, "picture": ""}
